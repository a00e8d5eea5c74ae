import type { ComponentChildren } from "preact";
import { isOnlyEmoji } from "../emoji";
import { clock, fullTime } from "../time";
import type { Instant } from "../wire.gen";
import { Avatar } from "./avatar";
import "./bubble.css";
import { Icon } from "./icon";
import {
  alert,
  check,
  checks,
  clock as clockIcon,
  note as noteIcon,
  whisper as whisperIcon,
} from "./icons";
import { Rich } from "./rich";
import { WORDS } from "./words";

/** How far one's own message has come; left out for what others said. */
export type Delivery = "waiting" | "sending" | "sent" | "seen" | "failed";

interface BubbleProps {
  /** On which side it stands: one's own side, or the other's. */
  mine: boolean;
  kind?: "message" | "greeting" | "note" | "whisper";
  name: string;
  authorId?: string;
  text: string;
  at: Instant;
  /** First of a run: the name is drawn. Last: avatar and time are drawn. */
  first?: boolean;
  last?: boolean;
  avatar?: boolean;
  /** Several speak from one's own side, as when a supervisor reads along: their names are drawn. */
  named?: boolean;
  delivery?: Delivery;
  /** Why it failed, in a sentence. */
  problem?: string;
  onRetry?: () => void;
  onRemove?: () => void;
  locale?: string;
  /** Drawn before the time: "via mail", "edited" …. */
  aside?: ComponentChildren;
}

/** Something that somebody said. */
export function Bubble(props: BubbleProps) {
  const { mine, kind = "message", name, text, first = true, last = true, delivery } = props;
  const large = kind === "message" && isOnlyEmoji(text);
  return (
    <div
      class="bubble-row"
      data-side={mine ? "mine" : "theirs"}
      data-kind={kind}
      data-first={first || undefined}
      data-delivery={delivery}
    >
      {props.avatar && !mine && (
        <span class="bubble-avatar">
          {last && <Avatar name={name} id={props.authorId} size="s" />}
        </span>
      )}
      <div class="bubble-body">
        {first && <BubbleName {...props} />}
        <div class="bubble" data-large={large || undefined}>
          <div dir="auto">
            <Rich text={text} />
          </div>
        </div>
        {(last || delivery === "failed") && <BubbleFoot {...props} />}
      </div>
    </div>
  );
}

function BubbleName({ mine, named, kind, name }: BubbleProps) {
  const internal = kind === "note" || kind === "whisper";
  if (mine && !named && !internal) return <span class="unseen">{WORDS.you}: </span>;
  return (
    <div class="bubble-name">
      {internal && <Icon of={kind === "note" ? noteIcon : whisperIcon} size={13} />}
      {internal && <span>{kind === "note" ? WORDS.note : WORDS.whisper} · </span>}
      <bdi>{name}</bdi>
    </div>
  );
}

function BubbleFoot({ at, locale, delivery, aside, problem, onRetry, onRemove }: BubbleProps) {
  if (delivery === "failed") {
    return (
      <div class="bubble-foot bubble-failed" role="alert">
        <Icon of={alert} size={14} />
        <span>{problem ? `${WORDS.failed}. ${problem}` : WORDS.failed}</span>
        {onRetry && (
          <button type="button" class="bubble-act" onClick={onRetry}>
            {WORDS.retry}
          </button>
        )}
        {onRemove && (
          <button type="button" class="bubble-act" onClick={onRemove}>
            {WORDS.remove}
          </button>
        )}
      </div>
    );
  }
  return (
    <div class="bubble-foot">
      {aside}
      {delivery === "waiting" && (
        <span class="bubble-unsent" aria-hidden="true">
          {WORDS.unsent}
        </span>
      )}
      <time dateTime={at} title={fullTime(at, locale)}>
        {clock(at, locale)}
      </time>
      {delivery && <DeliveryMark delivery={delivery} />}
    </div>
  );
}

const MARKS = { waiting: clockIcon, sending: clockIcon, sent: check, seen: checks, failed: alert };

function DeliveryMark({ delivery }: { delivery: Delivery }) {
  return (
    <span class="bubble-mark" data-delivery={delivery} title={WORDS[delivery]}>
      <Icon of={MARKS[delivery]} size={14} label={WORDS[delivery]} />
    </span>
  );
}
