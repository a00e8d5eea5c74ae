/** What the console knows: the snapshot, kept in step by the feed. Plain data, replaced and never changed in place. */

import type { ThreadState } from "../client/thread";
import type {
  Code,
  ConversationSummary,
  LostChat,
  OfferView,
  Person,
  StaffView,
  TeamView,
} from "../client/wire.gen";

/** Somebody who types, and when their word for it lapses (ms since the epoch). */
export interface Typing {
  readonly person: Person;
  readonly byCustomer: boolean;
  readonly until: number;
}

/** A conversation whose two threads are followed. */
export interface Followed {
  /** As it was told when opened; the lists may know it newer. Null until the server has answered. */
  readonly summary: ConversationSummary | null;
  readonly public: ThreadState;
  readonly staff: ThreadState;
  readonly viewers: readonly Person[];
  readonly typing: readonly Typing[];
  /** Whether the customer is connected; null while nothing has been said about it. */
  readonly customerPresent: boolean | null;
  /** Why the server would not open it. */
  readonly refused: Code | null;
}

export interface State {
  /** Null until the first snapshot. */
  readonly me: StaffView | null;
  readonly teams: Readonly<Record<string, TeamView>>;
  readonly staff: Readonly<Record<string, StaffView>>;
  /** Every conversation that the lists were told of, by id. */
  readonly rows: Readonly<Record<string, ConversationSummary>>;
  readonly offers: readonly OfferView[];
  /** Went back in line while one could not be reached, the newest first. */
  readonly lost: readonly LostChat[];
  /** The last offer that ran out unanswered. */
  readonly missed: OfferView | null;
  readonly followed: Readonly<Record<string, Followed>>;
}

export const EMPTY: State = {
  me: null,
  teams: {},
  staff: {},
  rows: {},
  offers: [],
  lost: [],
  missed: null,
  followed: {},
};
