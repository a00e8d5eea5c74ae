import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./button";
import "./dialog.css";
import { close } from "./icons";
import { WORDS } from "./words";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at the foot, the main one last. */
  actions?: ComponentChildren;
  size?: "s" | "m" | "l";
}

/**
 * A modal dialog. The browser keeps focus inside, closes on Escape and gives focus back.
 * Draw it while it is open; take it away to close.
 */
export function Dialog({ title, onClose, children, actions, size = "s" }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      data-size={size}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
    >
      <div class="dialog-box">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          <IconButton icon={close} label={WORDS.close} size="s" onClick={onClose} />
        </header>
        <div class="dialog-text">{children}</div>
        {actions && <footer class="dialog-acts">{actions}</footer>}
      </div>
    </dialog>
  );
}
