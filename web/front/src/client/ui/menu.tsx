import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./button";
import { Icon } from "./icon";
import { more } from "./icons";
import "./menu.css";

export interface MenuItem {
  label: string;
  /** Path data from `icons`. */
  icon?: string;
  onClick: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** On the far side: a key, a count. */
  aside?: ComponentChildren;
}

interface MenuProps {
  label: string;
  items: readonly MenuItem[];
  icon?: string;
  /** What to draw instead of an icon button; gets the properties that it must carry. */
  trigger?: (props: Trigger) => ComponentChildren;
}

export interface Trigger {
  onClick: () => void;
  "aria-haspopup": "menu";
  "aria-expanded": boolean;
}

/** A button that opens a list of actions: arrows, Home, End and Escape work, a press elsewhere closes. */
export function Menu({ label, items, icon = more, trigger }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const props: Trigger = {
    onClick: () => setOpen(!open),
    "aria-haspopup": "menu",
    "aria-expanded": open,
  };
  const shut = (refocus: boolean) => {
    setOpen(false);
    if (refocus) root.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[role=menuitem]:not(:disabled)")?.focus();
    const elsewhere = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) shut(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [open]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys pass through from button and list
    <div
      class="menu"
      ref={root}
      onKeyDown={(event) => steer(event, root.current, () => shut(true))}
    >
      {trigger ? trigger(props) : <IconButton icon={icon} label={label} {...props} />}
      {open && (
        <div class="menu-list" role="menu" aria-label={label}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              class="menu-item"
              data-danger={item.danger || undefined}
              disabled={item.disabled}
              onClick={() => {
                shut(true);
                item.onClick();
              }}
            >
              {item.icon && <Icon of={item.icon} size={17} />}
              <span>{item.label}</span>
              {item.aside && <span class="menu-aside">{item.aside}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function steer(event: KeyboardEvent, root: HTMLElement | null, shut: () => void): void {
  const items = [...(root?.querySelectorAll<HTMLElement>("[role=menuitem]:not(:disabled)") ?? [])];
  if (items.length === 0) return;
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") shut();
  else if (event.key === "Escape") {
    event.stopPropagation();
    shut();
  } else if (to === undefined) return;
  else items[(to + items.length) % items.length]?.focus();
  if (event.key !== "Tab") event.preventDefault();
}
