import { useNow } from "../client/clock";
import { isSpoken, type Line, lines } from "../client/lines";
import type { ThreadState } from "../client/thread";
import { Bubble } from "../client/ui/bubble";
import { Button } from "../client/ui/button";
import { DayLine, SystemLine } from "../client/ui/quiet";
import { WORDS } from "../client/ui/words";
import type { SiteView, TicketView } from "../client/wire.gen";
import { replyWords } from "../widget/away";
import { tell } from "../widget/story";
import type { Spoken } from "./page";

interface HistoryProps {
  thread: ThreadState;
  ticket: TicketView;
  /** Whose page this is: in its name automatic words are said. */
  site: SiteView | null;
  voice: Spoken;
  onOlder: () => void;
}

/** All that was said and done, oldest first; what is new comes in at the end and is read out. */
export function History({ thread, ticket, site, voice, onOlder }: HistoryProps) {
  const now = useNow(60_000);
  return (
    <section class="card history">
      <h2>{voice.say("history.title")}</h2>
      {thread.more && (
        <Button kind="quiet" size="s" onClick={onOlder}>
          {WORDS.earlier}
        </Button>
      )}
      {thread.entries.length === 0 && <p>{voice.say("history.empty")}</p>}
      <div role="log" aria-label={voice.say("history.title")}>
        {lines([thread], []).map((line) => (
          <Drawn key={line.key} {...{ line, ticket, site, voice, now }} />
        ))}
      </div>
    </section>
  );
}

interface DrawnProps {
  line: Line;
  ticket: TicketView;
  site: SiteView | null;
  voice: Spoken;
  now: number;
}

function Drawn({ line, ticket, site, voice, now }: DrawnProps) {
  if (line.type === "day") return <DayLine at={line.at} now={now} locale={voice.locale} />;
  if (line.type === "pending") return null;
  const { entry, first, last } = line;
  if (!isSpoken(entry)) {
    const told = tell(entry, voice.say, voice.locale);
    if (!told) return null;
    return (
      <SystemLine icon={told.icon} tone={told.tone} at={entry.at} locale={voice.locale}>
        {told.text}
      </SystemLine>
    );
  }
  const mine = entry.author.kind === "customer";
  return (
    <Bubble
      mine={mine}
      avatar
      name={mine ? voice.say("you") : entry.author.name || site?.name || ticket.team}
      authorId={entry.author.id || site?.key}
      text={replyWords(entry, voice)}
      at={entry.at}
      locale={voice.locale}
      {...{ first, last }}
    />
  );
}
