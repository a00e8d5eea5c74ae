import type { ComponentChildren } from "preact";
import "./badge.css";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad" | "note";

/** A count in a filled dot; nothing at zero. `label` is read out instead of the bare number. */
export function Count({ n, label, tone = "bad" }: { n: number; label?: string; tone?: Tone }) {
  if (n <= 0) return null;
  return (
    <span class="count" data-tone={tone}>
      <span aria-hidden={label ? true : undefined}>{n > 99 ? "99+" : n}</span>
      {label && <span class="unseen">{label}</span>}
    </span>
  );
}

/** A word or two on a soft ground: a status, a role, a tag. */
export function Badge(props: {
  tone?: Tone;
  dot?: boolean;
  children: ComponentChildren;
  title?: string;
}) {
  const { tone = "neutral", dot, children, title } = props;
  return (
    <span class="badge" data-tone={tone} title={title}>
      {dot && <span class="badge-dot" />}
      {children}
    </span>
  );
}
