/** The console's reducer: a snapshot, and the feed that goes on from it. Pure. */

import { newer } from "../client/summaries";
import { apply as applyToThread, emptyThread } from "../client/thread";
import { LAPSE_MS } from "../client/typing";
import type {
  AnyEvent,
  Code,
  ConversationSummary,
  Entry,
  EventOf,
  Previewed,
  SeenChanged,
  StaffWelcomed,
  TypingChanged,
} from "../client/wire.gen";
import type { Followed, State } from "./state";

/** The state after an event; the same object when the event is of no concern. */
export function apply(state: State, event: AnyEvent, now_ms: number = Date.now()): State {
  switch (event.type) {
    case "staff_welcomed":
      return welcome(event, state);
    case "conversation_changed":
      return told(state, event.summary);
    case "conversation_opened":
      return opened(state, event);
    case "entry_appended":
    case "entries_fetched":
      return threaded(state, event);
    case "previewed":
      return previewed(state, event);
    case "typing_changed":
      return typing(state, event, now_ms);
    case "seen_changed":
      return seen(state, event);
    case "presence_changed":
      if (event.by !== "customer") return state;
      return within(state, event.conversation_id, { customerPresent: event.present });
    case "viewers_changed":
      return within(state, event.conversation_id, { viewers: event.viewers });
    case "offer_made":
      return {
        ...state,
        offers: [...without(state, event.offer.offer_id), event.offer],
        missed: null,
      };
    case "offer_ended":
      return offerEnded(state, event);
    case "staff_changed":
      return {
        ...state,
        staff: { ...state.staff, [event.staff.id]: event.staff },
        me: state.me?.id === event.staff.id ? event.staff : state.me,
      };
    case "team_changed":
      return { ...state, teams: { ...state.teams, [event.team.id]: event.team } };
    default:
      return state;
  }
}

/** Begins to follow a conversation's threads; the server's answer fills them. */
export function follow(state: State, conversation_id: string): State {
  const known = state.followed[conversation_id];
  if (known && !known.refused) return state;
  const fresh: Followed = {
    summary: null,
    public: emptyThread(conversation_id, "public"),
    staff: emptyThread(conversation_id, "staff"),
    viewers: [],
    typing: [],
    customerPresent: null,
    refused: null,
  };
  return { ...state, followed: { ...state.followed, [conversation_id]: fresh } };
}

export function unfollow(state: State, conversation_id: string): State {
  if (!state.followed[conversation_id]) return state;
  const { [conversation_id]: _, ...followed } = state.followed;
  return { ...state, followed };
}

/** The server would not open a conversation. */
export function refuse(state: State, conversation_id: string, code: Code): State {
  return within(state, conversation_id, { refused: code });
}

/** Drops the typing signs that have lapsed. */
export function lapse(state: State, now_ms: number): State {
  let next = state;
  for (const [id, followed] of Object.entries(state.followed)) {
    const typing = followed.typing.filter((sign) => sign.until > now_ms);
    if (typing.length < followed.typing.length) next = within(next, id, { typing });
  }
  return next;
}

/** Everything is taken from the snapshot but the threads on screen, which are resumed by cursor. */
function welcome(event: StaffWelcomed, before: State): State {
  const quiet = Object.entries(before.followed).map(
    ([id, followed]) => [id, { ...followed, typing: [], customerPresent: null }] as const,
  );
  return {
    me: event.me,
    teams: keyed(event.teams, (team) => team.id),
    staff: { ...keyed(event.staff, (staff) => staff.id), [event.me.id]: event.me },
    rows: keyed([...event.unassigned, ...event.mine], (row) => row.conversation_id),
    offers: event.offers,
    lost: event.lost,
    missed: before.missed,
    followed: Object.fromEntries(quiet),
  };
}

function keyed<T>(items: readonly T[], key: (item: T) => string): Record<string, T> {
  return Object.fromEntries(items.map((item) => [key(item), item]));
}

function told(state: State, word: ConversationSummary): State {
  const id = word.conversation_id;
  const rows = { ...state.rows, [id]: newer(state.rows[id], word) };
  const offers = state.offers.map((offer) =>
    offer.conversation.conversation_id === id
      ? { ...offer, conversation: newer(offer.conversation, word) }
      : offer,
  );
  return amend({ ...state, rows, offers }, id, (summary) => newer(summary, word));
}

function opened(state: State, event: EventOf<"conversation_opened">): State {
  const id = event.summary.conversation_id;
  const followed = state.followed[id];
  if (!followed) return state;
  const summary = newer(followed.summary, event.summary);
  const row = state.rows[id];
  return {
    ...within(state, id, {
      summary,
      public: applyToThread(followed.public, event),
      staff: applyToThread(followed.staff, event),
      viewers: event.viewers,
      customerPresent: event.customer_present,
      refused: null,
    }),
    rows: row ? { ...state.rows, [id]: newer(row, event.summary) } : state.rows,
  };
}

function threaded(state: State, event: EventOf<"entry_appended" | "entries_fetched">): State {
  const id = event.conversation_id;
  const followed = state.followed[id];
  let next = state;
  if (followed) {
    const changed = applyToThread(followed[event.thread], event);
    if (changed !== followed[event.thread]) next = within(next, id, { [event.thread]: changed });
  }
  return event.type === "entry_appended" ? appended(next, event) : next;
}

function appended(
  state: State,
  { conversation_id, thread, entry }: EventOf<"entry_appended">,
): State {
  const next = amend(state, conversation_id, (row) => advance(row, thread, entry));
  if (entry.author.kind !== "customer") return next;
  const typing = next.followed[conversation_id]?.typing.filter((sign) => !sign.byCustomer);
  return typing ? within(next, conversation_id, { typing }) : next;
}

/** A summary after a line of one of its threads. */
function advance(
  row: ConversationSummary,
  thread: "public" | "staff",
  entry: Entry,
): ConversationSummary {
  if (thread === "staff") return { ...row, staff_head: Math.max(row.staff_head, entry.seq) };
  if (entry.seq <= row.public_head) return row;
  if (entry.kind !== "message") return { ...row, public_head: entry.seq };
  return {
    ...row,
    public_head: entry.seq,
    preview: Array.from(entry.body ?? "")
      .slice(0, 140)
      .join(""),
    unanswered_since: entry.author.kind === "customer" ? (row.unanswered_since ?? entry.at) : null,
  };
}

function previewed(state: State, event: Previewed): State {
  const { conversation_id, public_head, preview, unanswered_since } = event;
  return amend(state, conversation_id, (row) =>
    public_head < row.public_head ? row : { ...row, public_head, preview, unanswered_since },
  );
}

function seen(state: State, event: SeenChanged): State {
  const side = event.by === "customer" ? "customer_seen" : "agent_seen";
  return amend(state, event.conversation_id, (row) =>
    event.seq <= row[side] ? row : { ...row, [side]: event.seq },
  );
}

function typing(state: State, event: TypingChanged, now_ms: number): State {
  const followed = state.followed[event.conversation_id];
  if (!followed || event.person.id === state.me?.id) return state;
  const others = followed.typing.filter((sign) => sign.person.id !== event.person.id);
  const sign = {
    person: event.person,
    byCustomer: event.by === "customer",
    until: now_ms + LAPSE_MS,
  };
  return within(state, event.conversation_id, {
    typing: event.typing ? [...others, sign] : others,
  });
}

/** Changes what is known of a conversation wherever it stands: in the lists, and in its thread. */
function amend(
  state: State,
  conversation_id: string,
  change: (row: ConversationSummary) => ConversationSummary,
): State {
  const row = state.rows[conversation_id];
  const changed = row && change(row);
  const rows =
    changed && changed !== row ? { ...state.rows, [conversation_id]: changed } : state.rows;
  const summary = state.followed[conversation_id]?.summary;
  const amended = summary && change(summary);
  const next = rows === state.rows ? state : { ...state, rows };
  return amended && amended !== summary
    ? within(next, conversation_id, { summary: amended })
    : next;
}

function within(state: State, conversation_id: string, change: Partial<Followed>): State {
  const followed = state.followed[conversation_id];
  if (!followed) return state;
  return {
    ...state,
    followed: { ...state.followed, [conversation_id]: { ...followed, ...change } },
  };
}

function offerEnded(state: State, { offer_id, outcome }: EventOf<"offer_ended">): State {
  const over = state.offers.find((offer) => offer.offer_id === offer_id);
  const missed = outcome === "expired" && over ? over : state.missed;
  return { ...state, offers: without(state, offer_id), missed };
}

function without(state: State, offer_id: string) {
  return state.offers.filter((offer) => offer.offer_id !== offer_id);
}
