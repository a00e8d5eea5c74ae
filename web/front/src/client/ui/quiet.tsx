import type { ComponentChildren } from "preact";
import { clock, dayName, fullTime } from "../time";
import type { Instant } from "../wire.gen";
import { Icon } from "./icon";
import "./quiet.css";

interface SystemLineProps {
  /** Path data from `icons`. */
  icon?: string;
  at?: Instant;
  locale?: string;
  tone?: "warn" | "good";
  children: ComponentChildren;
}

/** A quiet line of what happened: joined, transferred, solved. */
export function SystemLine({ icon, at, locale, tone, children }: SystemLineProps) {
  return (
    <div class="system-line" data-tone={tone}>
      {icon && <Icon of={icon} size={14} />}
      <span dir="auto">{children}</span>
      {at && (
        <time dateTime={at} title={fullTime(at, locale)}>
          {clock(at, locale)}
        </time>
      )}
    </div>
  );
}

/** The date between two days of a thread. */
export function DayLine({ at, now, locale }: { at: Instant; now: number; locale?: string }) {
  return (
    <div class="day-line">
      <span>{dayName(at, now, locale)}</span>
    </div>
  );
}

/** Three dots that breathe. `children` say who types, for those who cannot see them. */
export function TypingLine({ children }: { children: ComponentChildren }) {
  return (
    <div class="typing-line">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="typing-text" dir="auto">
        {children}
      </span>
    </div>
  );
}
