import { Store, useStore } from "../store";
import { IconButton } from "./button";
import { Icon } from "./icon";
import { alert, check, close } from "./icons";
import "./toast.css";
import { WORDS } from "./words";

export interface Toast {
  id: number;
  tone: "good" | "bad" | "neutral";
  text: string;
  action?: { label: string; onClick: () => void };
}

/** Short notes at the edge of the screen; a problem stays until it is closed. */
export class Toasts {
  readonly shown = new Store<readonly Toast[]>([]);
  #next = 1;

  show(text: string, tone: Toast["tone"] = "neutral", action?: Toast["action"]): void {
    const toast: Toast = { id: this.#next++, tone, text, action };
    this.shown.update((toasts) => [...toasts.slice(-2), toast]);
    if (tone !== "bad") setTimeout(() => this.close(toast.id), 5_000);
  }

  close(id: number): void {
    this.shown.update((toasts) => toasts.filter((toast) => toast.id !== id));
  }
}

export function Toaster({ toasts }: { toasts: Toasts }) {
  const shown = useStore(toasts.shown);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} class="toast" data-tone={toast.tone}>
          {toast.tone !== "neutral" && (
            <Icon of={toast.tone === "good" ? check : alert} size={17} />
          )}
          <span>{toast.text}</span>
          {toast.action && (
            <button type="button" class="toast-act" onClick={toast.action.onClick}>
              {toast.action.label}
            </button>
          )}
          <IconButton
            icon={close}
            label={WORDS.close}
            size="s"
            onClick={() => toasts.close(toast.id)}
          />
        </div>
      ))}
    </div>
  );
}
