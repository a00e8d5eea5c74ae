import { foreign } from "../language";
import type { ConversationSummary } from "../wire.gen";
import { Badge } from "./badge";
import { Icon } from "./icon";
import { arrowDown, flag, globe, star } from "./icons";
import "./marks.css";

/** By their number on the wire. */
export const PRIORITY = ["Low", "Normal", "High", "Urgent"] as const;

const NORMAL = 1;

type Ranked = Pick<ConversationSummary, "priority" | "vip">;

/** What puts a chat before or behind others; nothing for most. */
export function Marks({ row }: { row: Ranked }) {
  return (
    <>
      {row.vip && (
        <Badge tone="accent" title="A VIP, or of a VIP organisation">
          <Icon of={star} size={11} filled />
          VIP
        </Badge>
      )}
      {row.priority !== NORMAL && (
        <Badge tone={toneOf(row)}>
          <Icon of={signOf(row)} size={11} />
          {PRIORITY[row.priority] ?? row.priority}
        </Badge>
      )}
    </>
  );
}

/** The same where there is room for signs only; the words are read out, and shown as tooltips. */
export function Signs({ row }: { row: Ranked }) {
  const word = PRIORITY[row.priority] ?? String(row.priority);
  return (
    <>
      {row.vip && (
        <span class="sign" data-tone="accent" title="VIP">
          <Icon of={star} size={13} filled label="VIP" />
        </span>
      )}
      {row.priority !== NORMAL && (
        <span class="sign" data-tone={toneOf(row)} title={`${word} priority`}>
          <Icon of={signOf(row)} size={13} filled={row.priority > 2} label={`${word} priority`} />
        </span>
      )}
    </>
  );
}

function toneOf({ priority }: Ranked): "bad" | "warn" | "neutral" {
  if (priority > NORMAL) return priority > 2 ? "bad" : "warn";
  return "neutral";
}

function signOf({ priority }: Ranked): string {
  return priority > NORMAL ? flag : arrowDown;
}

type Asking = Pick<ConversationSummary, "language" | "skills">;

/** What a chat asks of its agent, in words: "French", "billing ≥ 3"; empty for nothing unusual. */
export function asked(row: Asking): string[] {
  const skills = Object.entries(row.skills).map(([name, level]) =>
    level > 1 ? `${name} ≥ ${level}` : name,
  );
  return [foreign(row.language), ...skills.sort()].filter(Boolean);
}

/** The same as one quiet line; nothing for nothing. */
export function Asked({ row }: { row: Asking }) {
  const words = asked(row);
  if (words.length === 0) return null;
  return (
    <span class="asked" title={`Asks for ${words.join(", ")}`}>
      <Icon of={globe} size={12} />
      <span class="unseen">Asks for </span>
      <bdi>{words.join(" · ")}</bdi>
    </span>
  );
}
