import { happening } from "../client/happenings";
import type { Item } from "../client/letters";
import { type EntryLine, isSpoken, type Line, lines } from "../client/lines";
import { nameOf } from "../client/names";
import { useStore } from "../client/store";
import { Bubble } from "../client/ui/bubble";
import { Log } from "../client/ui/log";
import { DayLine, SystemLine, TypingLine } from "../client/ui/quiet";
import type { Entry, EntryKind } from "../client/wire.gen";
import { useTools } from "./context";
import type { Opened } from "./opened";

interface ThreadLogProps {
  /** Whose screen this is: what they wrote is by "You". */
  me: string;
  opened: Opened;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** Both threads in one order: what was said, what the staff wrote among themselves, what happened. */
export function ThreadLog({ opened, me, now_ms }: ThreadLogProps) {
  const { lookout } = useTools();
  const items = useStore(lookout.outbox.items);
  const drawn = lines([opened.public, opened.staff], items);
  const last = drawn.at(-1);
  const typing = opened.typing.filter((one) => one.until_ms > now_ms);
  return (
    <Log
      of={opened.conversation_id}
      oldest={drawn.find((line) => line.type === "entry")?.key ?? ""}
      newest={last?.key ?? ""}
      own={last?.type === "pending"}
      more={opened.public.more || opened.staff.more}
      onOlder={() => void lookout.fetchOlder()}
      label="Conversation"
    >
      {drawn.map((line) => (
        <LogLine key={line.key} line={line} me={me} now_ms={now_ms} />
      ))}
      {typing.map(({ person }) => (
        <TypingLine key={person.id}>{nameOf(person)} is typing</TypingLine>
      ))}
    </Log>
  );
}

function LogLine({ line, me, now_ms }: { line: Line; me: string; now_ms: number }) {
  if (line.type === "day") return <DayLine at={line.at} now={now_ms} />;
  if (line.type === "pending") return <Pending item={line.item} first={line.first} />;
  if (isSpoken(line.entry)) return <Said {...line} me={me} />;
  const { icon, tone, text } = happening(line.entry, me);
  return (
    <SystemLine icon={icon} tone={tone} at={line.entry.at}>
      {text}
    </SystemLine>
  );
}

function Said({ entry, first, last, me }: EntryLine & { me: string }) {
  return (
    <Bubble
      mine={entry.author.kind !== "customer"}
      named
      kind={spokenKind(entry.kind)}
      name={speaker(entry, me)}
      authorId={entry.author.id}
      text={entry.body ?? ""}
      at={entry.at}
      first={first}
      last={last}
    />
  );
}

function Pending({ item, first }: { item: Item; first: boolean }) {
  const { lookout } = useTools();
  const { letter, client_id } = item;
  const whisper = letter.type === "add_note" && letter.whisper === true;
  return (
    <Bubble
      mine
      kind={whisper ? "whisper" : "note"}
      name="You"
      text={letter.body}
      at={new Date(item.at).toISOString()}
      first={first}
      delivery={item.state}
      problem={item.message}
      onRetry={() => lookout.outbox.retry(client_id)}
      onRemove={() => lookout.outbox.remove(client_id)}
    />
  );
}

function speaker({ author }: Entry, me: string): string {
  if (author.kind === "system") return "Automatic reply";
  return author.id === me ? "You" : nameOf(author);
}

function spokenKind(kind: EntryKind): "message" | "greeting" | "note" | "whisper" {
  return kind === "greeting" || kind === "note" || kind === "whisper" ? kind : "message";
}
