import { useState } from "preact/hooks";
import { useNow } from "../../../client/clock";
import type { Item } from "../../../client/letters";
import { type EntryLine, isSpoken, type Line, lines } from "../../../client/lines";
import { useStore } from "../../../client/store";
import { emptyThread } from "../../../client/thread";
import { Bubble, type Delivery } from "../../../client/ui/bubble";
import { Composer } from "../../../client/ui/composer";
import { Log } from "../../../client/ui/log";
import { DayLine, SystemLine, TypingLine } from "../../../client/ui/quiet";
import { replyWords } from "../../away";
import { tell } from "../../story";
import { useFirstFocus } from "../context";
import { Ended } from "./ended";
import { Standing } from "./standing";
import { useTalk } from "./voice";

/** The conversation: where it stands, what was said, and where to write. */
export function Talk() {
  const { panel, voice } = useTalk();
  const state = useStore(panel.state);
  const items = useStore(panel.items);
  const { starting } = useStore(panel.entrance.shown);
  const reopening = useStore(panel.reopening);
  const ticket = starting ? null : state.ticket;
  const first = items.find((item) => item.client_id === starting);
  const thread = starting
    ? emptyThread(first?.conversation_id ?? "")
    : (state.thread ?? emptyThread(panel.place ?? ""));
  const drawn = lines([thread], items);
  const over = ticket?.live === "ended" && ticket.status !== "pending" && !reopening;
  const newest = drawn.at(-1);
  return (
    <>
      <Standing first={first} />
      <Log
        of={thread.conversation_id}
        label={voice.say("talk.log")}
        oldest={String(thread.entries[0]?.seq ?? 0)}
        newest={newest?.key ?? ""}
        own={newest?.type === "pending"}
        more={thread.more}
        onOlder={() => panel.older()}
        onAtEnd={(atEnd) => panel.atEnd(atEnd)}
      >
        {drawn.map((line) => (
          <Drawn key={line.key} line={line} />
        ))}
        {state.typing && (
          <TypingLine>
            <span class="unseen">{voice.say("talk.typing", { name: state.typing.name })}</span>
          </TypingLine>
        )}
      </Log>
      {over ? <Ended /> : !starting && panel.place && <Write place={panel.place} />}
    </>
  );
}

function Drawn({ line }: { line: Line }) {
  const now = useNow(60_000);
  const { voice } = useTalk();
  if (line.type === "day") return <DayLine at={line.at} now={now} locale={voice.locale} />;
  if (line.type === "pending") return <Pending {...line} />;
  return isSpoken(line.entry) ? <Said line={line} /> : <Happened line={line} />;
}

function Said({ line: { entry, first, last } }: { line: EntryLine }) {
  const { panel, voice } = useTalk();
  const { agentSeen, site } = useStore(panel.state);
  const mine = entry.author.kind === "customer";
  const delivery: Delivery | undefined = mine
    ? entry.seq <= agentSeen
      ? "seen"
      : "sent"
    : undefined;
  return (
    <Bubble
      mine={mine}
      avatar
      kind={entry.kind === "greeting" ? "greeting" : "message"}
      name={mine ? voice.say("talk.you") : entry.author.name || (site?.name ?? "")}
      authorId={entry.author.id || site?.key}
      text={replyWords(entry, voice)}
      at={entry.at}
      locale={voice.locale}
      {...{ first, last, delivery }}
    />
  );
}

function Happened({ line: { entry } }: { line: EntryLine }) {
  const { voice } = useTalk();
  const told = tell(entry, voice.say, voice.locale);
  if (!told) return null;
  return (
    <SystemLine icon={told.icon} tone={told.tone}>
      {told.text}
    </SystemLine>
  );
}

function Pending({ item, first, last }: { item: Item; first: boolean; last: boolean }) {
  const { panel, voice } = useTalk();
  return (
    <Bubble
      mine
      name={voice.say("talk.you")}
      text={item.letter.body}
      at={new Date(item.at).toISOString()}
      locale={voice.locale}
      delivery={item.state}
      problem={item.message}
      onRetry={() => panel.retry(item.client_id)}
      onRemove={() => panel.remove(item.client_id)}
      {...{ first, last }}
    />
  );
}

function Write({ place }: { place: string }) {
  const { panel, voice } = useTalk();
  const { ticket } = useStore(panel.state);
  const [text, setText] = useState(() => panel.entrance.drafts.get(place));
  const put = (value: string) => {
    setText(value);
    panel.entrance.drafts.set(place, value);
  };
  return (
    <div class="write" ref={useFirstFocus<HTMLDivElement>()}>
      <Composer
        value={text}
        label={voice.say(ticket?.live === "waiting" ? "talk.write.waiting" : "talk.write")}
        onInput={(value) => {
          put(value);
          if (value === "") panel.typist.stop();
          else panel.typist.typed();
        }}
        onSend={(body) => {
          panel.say(body);
          put("");
        }}
        onBlur={() => panel.typist.stop()}
      />
    </div>
  );
}
