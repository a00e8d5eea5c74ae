import type { ComponentChildren } from "preact";
import "./empty.css";
import { Icon } from "./icon";

interface EmptyStateProps {
  icon: string;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}

/** What stands where a list or a pane has nothing: why, and what to do. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon of={icon} size={24} />
      </span>
      <p class="empty-title">{title}</p>
      {children && <p class="empty-text">{children}</p>}
      {action}
    </div>
  );
}

/** Grey bars in the place of what is being loaded. */
export function Skeleton({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div class="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        // Nothing but bars, which never change places.
        <span key={index} style={{ inlineSize: `${[92, 68, 80, 54][index % 4]}%` }} />
      ))}
    </div>
  );
}
