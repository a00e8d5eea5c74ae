import { useEffect } from "preact/hooks";
import { useNow } from "../client/clock";
import { happening } from "../client/happenings";
import type { Item } from "../client/letters";
import { type EntryLine, type Line, lines } from "../client/lines";
import { nameOf } from "../client/names";
import { useStore } from "../client/store";
import { emptyThread, head } from "../client/thread";
import { Bubble, type Delivery } from "../client/ui/bubble";
import { Log } from "../client/ui/log";
import { DayLine, SystemLine, TypingLine } from "../client/ui/quiet";
import { type Code, type ConversationSummary, MESSAGES } from "../client/wire.gen";
import { useAttention } from "./attention";
import type { Followed, State } from "./state";
import "./thread.css";
import { useWorkplace } from "./workplace";

interface ThreadProps {
  state: State;
  summary: ConversationSummary;
  followed: Followed;
  atEnd: boolean;
  onAtEnd: (atEnd: boolean) => void;
}

/** Both threads as one, by position, with what one has written and not yet sent. */
export function Thread({ state, summary, followed, atEnd, onAtEnd }: ThreadProps) {
  const { desk } = useWorkplace();
  const items = useStore(desk.outbox.items);
  const now = useNow(30_000) + desk.offset_ms;
  const me = state.me?.id ?? "";
  const drawn = lines([followed.public, followed.staff], items);
  useSeen(summary, head(followed.public), atEnd && summary.assignee?.id === me);
  const last = drawn.at(-1);
  return (
    <div class="thread">
      <Log
        of={summary.conversation_id}
        newest={last?.key ?? ""}
        oldest={drawn[0]?.key ?? ""}
        own={last?.type === "pending" || (last?.type === "entry" && last.entry.author.id === me)}
        more={followed.public.more || followed.staff.more}
        onOlder={() => void desk.fetchOlder(summary.conversation_id)}
        onAtEnd={onAtEnd}
        label={`Conversation with ${nameOf(summary.customer)}`}
      >
        {drawn.map((line) => (
          <Drawn key={line.key} {...{ line, summary, me, now }} />
        ))}
        <Typists followed={followed} summary={summary} />
      </Log>
    </div>
  );
}

/** What one has written and not yet sent, where the conversation itself cannot be shown. */
export function Kept({ conversation_id }: { conversation_id: string }) {
  const { desk } = useWorkplace();
  const items = useStore(desk.outbox.items).filter(({ state }) => state !== "sent");
  const threads = [emptyThread(conversation_id), emptyThread(conversation_id, "staff")];
  const drawn = lines(threads, items);
  return (
    <div class="kept">
      {drawn.map(
        (line) =>
          line.type === "pending" && (
            <Pending key={line.key} item={line.item} first={line.first} last={line.last} />
          ),
      )}
    </div>
  );
}

/** Tells the customer that what is on screen was read, while somebody really looks. */
function useSeen(summary: ConversationSummary, seq: number, reads: boolean): void {
  const { desk } = useWorkplace();
  const attended = useAttention();
  const unseen = seq > summary.agent_seen;
  useEffect(() => {
    if (!reads || !attended || !unseen) return;
    desk.sign({ type: "mark_seen", conversation_id: summary.conversation_id, seq });
  }, [reads, attended, unseen, seq, summary.conversation_id]);
}

interface DrawnProps {
  line: Line;
  summary: ConversationSummary;
  me: string;
  now: number;
}

function Drawn({ line, summary, me, now }: DrawnProps) {
  if (line.type === "day") return <DayLine at={line.at} now={now} />;
  if (line.type === "pending")
    return <Pending item={line.item} first={line.first} last={line.last} />;
  if (["message", "greeting", "note", "whisper"].includes(line.entry.kind)) {
    return <Spoken {...{ line, summary, me }} />;
  }
  const { icon, text, tone } = happening(line.entry, me);
  return (
    <SystemLine icon={icon} tone={tone} at={line.entry.at}>
      {text}
    </SystemLine>
  );
}

function Spoken({
  line,
  summary,
  me,
}: {
  line: EntryLine;
  summary: ConversationSummary;
  me: string;
}) {
  const { entry, first, last } = line;
  const { author } = entry;
  const own = author.kind === "staff" && author.id === me;
  const side = author.kind === "customer" ? "customer" : own ? "own" : author.kind;
  const kind = entry.kind as "message" | "greeting" | "note" | "whisper";
  const isPublic = line.thread === "public" && author.kind === "staff";
  return (
    <div class="said" data-by={side}>
      <Bubble
        mine={author.kind !== "customer"}
        named={!own}
        kind={kind}
        name={
          author.kind === "system"
            ? "Automatic reply"
            : author.kind === "customer"
              ? nameOf(author)
              : author.name
        }
        authorId={author.id}
        text={entry.body ?? ""}
        at={entry.at}
        first={first}
        last={last}
        delivery={
          own && isPublic ? (entry.seq <= summary.customer_seen ? "seen" : "sent") : undefined
        }
      />
    </div>
  );
}

const PROBLEMS: Partial<Record<Code, string>> = {
  not_assigned: "This chat is not yours any more. Take it to send this.",
  ended: "This conversation has ended.",
};

function Pending({ item, first, last }: { item: Item; first: boolean; last: boolean }) {
  const { desk } = useWorkplace();
  const { letter, state } = item;
  const kind = letter.type !== "add_note" ? "message" : letter.whisper ? "whisper" : "note";
  return (
    <div class="said" data-by="own">
      <Bubble
        mine
        kind={kind}
        name="You"
        text={letter.body}
        at={new Date(item.at).toISOString()}
        first={first}
        last={last}
        delivery={state as Delivery}
        problem={
          item.code ? (PROBLEMS[item.code] ?? (item.message || MESSAGES[item.code])) : undefined
        }
        onRetry={() => desk.outbox.retry(item.client_id)}
        onRemove={() => desk.outbox.remove(item.client_id)}
      />
    </div>
  );
}

function Typists({ followed, summary }: { followed: Followed; summary: ConversationSummary }) {
  if (followed.typing.length === 0) return null;
  const names = followed.typing.map((sign) =>
    sign.byCustomer ? nameOf(summary.customer) : sign.person.name,
  );
  return (
    <TypingLine>
      <bdi>{names.join(", ")}</bdi> {names.length === 1 ? "is" : "are"} typing
    </TypingLine>
  );
}
