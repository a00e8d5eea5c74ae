import { useCalm } from "../client/calm";
import { useNow } from "../client/clock";
import type { Connection } from "../client/connection";
import type { Key, Voice } from "../client/i18n";
import { opening } from "../client/opening";
import { type Store, useStore } from "../client/store";
import type { ThreadState } from "../client/thread";
import { agoWords, fullTime } from "../client/time";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { ConnectionBanner } from "../client/ui/banner";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { Icon } from "../client/ui/icon";
import { chat, check, shield, users } from "../client/ui/icons";
import type { Person, QueuePlace, TicketView } from "../client/wire.gen";
import { type TurnedAway, turnedAway } from "../widget/away";
import { waitWords } from "../widget/story";
import { History } from "./history";
import "../client/base.css";
import "./status.css";
import type { StatusState } from "./state";
import { steps } from "./steps";
import type { EN } from "./words";

export type Spoken = Voice<Key<typeof EN>>;

interface PageProps {
  voice: Spoken;
  state: Store<StatusState>;
  connection: Store<Connection>;
  onRetry: () => void;
  onOlder: () => void;
}

/** One request, live: where it stands, what happens next, who is on it, and all that was said. */
export function Page({ voice, state, connection, onRetry, onOlder }: PageProps) {
  const { site, ticket, thread, place } = useStore(state);
  const link = useCalm(connection);
  if (link.reason === "signed_out") {
    return (
      <EmptyState icon={shield} title={voice.say("gone.title")}>
        {voice.say("gone.text")}
      </EmptyState>
    );
  }
  return (
    <div class="status">
      <ConnectionBanner connection={link} onRetry={onRetry} reads />
      <main class="status-page">
        {site && <Brand name={site.name} />}
        {ticket ? (
          <>
            <Heading ticket={ticket} voice={voice} live={link.state === "online"} />
            <Tracker ticket={ticket} voice={voice} />
            <div class="status-cards">
              <Next {...{ ticket, place, thread, voice }} />
              <OnIt ticket={ticket} thread={thread} voice={voice} />
            </div>
            {thread && <History {...{ thread, ticket, site, voice, onOlder }} />}
          </>
        ) : (
          <Skeleton lines={6} label={voice.say("loading")} />
        )}
      </main>
    </div>
  );
}

/** Whose page this is: whoever comes from a mail has not been here before. */
function Brand({ name }: { name: string }) {
  return (
    <p class="brand">
      <span class="brand-mark">
        <Icon of={chat} size={18} />
      </span>
      <bdi>{name}</bdi>
    </p>
  );
}

function Heading({ ticket, voice, live }: { ticket: TicketView; voice: Spoken; live: boolean }) {
  const now = useNow(15_000);
  return (
    <header class="status-head">
      <div class="status-number">
        <span class="numeric">{voice.say("number", { number: ticket.number })}</span>
        {live && (
          <Badge tone="good" dot title={voice.say("live.hint")}>
            {voice.say("live")}
          </Badge>
        )}
      </div>
      <h1 dir="auto">{ticket.subject || voice.say("title")}</h1>
      <p class="status-times">
        {voice.say("facts.opened")}{" "}
        <time dateTime={ticket.opened_at}>{fullTime(ticket.opened_at, voice.locale)}</time>
        {" · "}
        {voice.say("facts.updated")}{" "}
        <time dateTime={ticket.updated_at} title={fullTime(ticket.updated_at, voice.locale)}>
          {agoWords(ticket.updated_at, now)}
        </time>
      </p>
    </header>
  );
}

function Tracker({ ticket, voice }: { ticket: TicketView; voice: Spoken }) {
  return (
    <ol class="tracker">
      {steps(ticket).map(({ key, standing }) => (
        <li
          key={key}
          class="tracker-step"
          data-standing={standing}
          data-step={key}
          aria-current={standing === "now" ? "step" : undefined}
        >
          <span class="tracker-mark">{standing === "done" && <Icon of={check} size={15} />}</span>
          <span class="tracker-name">
            {voice.say(`step.${key}`)}
            {standing !== "ahead" && <span class="unseen"> ({voice.say(`step.${standing}`)})</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface NextProps {
  ticket: TicketView;
  place: QueuePlace | null;
  thread: ThreadState | null;
  voice: Spoken;
}

function Next({ ticket, place, thread, voice }: NextProps) {
  const now = useNow(60_000);
  const waiting = ticket.live === "waiting" && place;
  const away = ticket.live === "message" ? turnedAway(thread, now) : null;
  return (
    <section class="card" data-tone={ticket.status === "pending" ? "warn" : undefined}>
      <h2>{voice.say("next.title")}</h2>
      {waiting && (
        <p class="card-place" role="status">
          <strong>{voice.say("next.place", { n: place.position })}</strong>
          {(place.wait_high_seconds !== null || !place.attended) && (
            <span>{waitWords(place, now, voice)}</span>
          )}
        </p>
      )}
      {away && <p>{awayWords(away, now, voice)}</p>}
      <p>{nextWords(ticket, voice)}</p>
    </section>
  );
}

function awayWords({ reason, opens_at }: TurnedAway, now_ms: number, voice: Spoken): string {
  return `${voice.say(`away.${reason}`)} ${opens_at ? opening(opens_at, now_ms, voice) : ""}`;
}

function nextWords({ status, live, agent }: TicketView, voice: Spoken): string {
  if (status === "queued") return voice.say(live === "message" ? "next.message" : "next.queued");
  if (status !== "open") return voice.say(`next.${status}`);
  return agent ? voice.say("next.open", { name: agent.name }) : voice.say("next.open.nobody");
}

interface OnItProps {
  ticket: TicketView;
  thread: ThreadState | null;
  voice: Spoken;
}

/** The agent who has it, or when it is over, who had it last. */
function OnIt({ ticket, thread, voice }: OnItProps) {
  const { team, live } = ticket;
  const agent = ticket.agent ?? (live === "ended" ? lastAgent(thread) : null);
  return (
    <section class="card">
      <h2>{voice.say(agent && isOver(ticket) ? "who.was" : "who.title")}</h2>
      <div class="person">
        {agent ? (
          <Avatar name={agent.name} id={agent.id} size="l" />
        ) : (
          <span class="person-mark">
            <Icon of={users} size={20} />
          </span>
        )}
        <p>
          <bdi class="person-name">{agent?.name ?? voice.say("who.nobody")}</bdi>
          {team && <span class="person-team">{voice.say("who.team", { team })}</span>}
        </p>
      </div>
    </section>
  );
}

function isOver({ status }: TicketView): boolean {
  return status === "solved" || status === "closed";
}

function lastAgent(thread: ThreadState | null): Person | null {
  const joined = thread?.entries.findLast(({ kind }) => kind === "joined")?.payload;
  if (typeof joined?.staff_name !== "string") return null;
  return { id: String(joined.staff_id ?? ""), name: joined.staff_name };
}
