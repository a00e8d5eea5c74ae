/** What the board knows, and how each event changes it. Plain data, replaced, never changed in place. */

import { newer } from "../client/summaries";
import type {
  AnyEvent,
  Board,
  Code,
  ConversationSummary,
  StaffView,
  TeamRow,
  TeamView,
} from "../client/wire.gen";
import { type Alert, acknowledge, watch } from "./alerts";
import { type Clock, observe } from "./freshness";
import { type History, record } from "./history";
import { apply as applyToOpened, choose, type Opened } from "./opened";

export interface State {
  /** Null until the first welcome. */
  readonly me: StaffView | null;
  readonly teams: readonly TeamView[];
  readonly staff: Readonly<Record<string, StaffView>>;
  /** Null until the first snapshot. */
  readonly board: Board | null;
  readonly clock: Clock | null;
  readonly history: History;
  readonly alerts: readonly Alert[];
  readonly opened: Opened | null;
  /** The server will not show this person the board. */
  readonly forbidden: boolean;
}

export const EMPTY: State = {
  me: null,
  teams: [],
  staff: {},
  board: null,
  clock: null,
  history: {},
  alerts: [],
  opened: null,
  forbidden: false,
};

/** Thresholds as a person set them; null for none. */
export type Thresholds = Pick<TeamRow, "alert_depth" | "alert_wait_seconds">;

type TeamChange = Thresholds | Pick<TeamRow, "paused">;

/** What the person at the board did, as against what the server told. */
export type Act =
  | { readonly type: "chat_chosen"; readonly conversation_id: string }
  | { readonly type: "chat_refused"; readonly conversation_id: string; readonly code: Code }
  | { readonly type: "chat_left" }
  | { readonly type: "alerts_acknowledged"; readonly keys: readonly string[] }
  | { readonly type: "thresholds_set"; readonly team_id: string; readonly thresholds: Thresholds }
  | { readonly type: "team_paused"; readonly team_id: string; readonly paused: boolean }
  | { readonly type: "board_forbidden" };

/** The state after an event or an act. `now_ms` is this machine's time when it came. */
export function apply(state: State, event: AnyEvent | Act, now_ms: number): State {
  switch (event.type) {
    case "staff_welcomed":
      return {
        ...state,
        me: event.me,
        teams: event.teams,
        staff: Object.fromEntries(event.staff.map((one) => [one.id, one])),
        // Another connection, perhaps to another machine: its fastest frame is yet to be met.
        clock: observe(null, event.at, now_ms),
        forbidden: false,
      };
    case "board_shown":
      return shown(state, event.board, now_ms);
    case "staff_changed":
      return staffChanged(state, event.staff);
    case "chat_chosen": {
      const summary = find(state, event.conversation_id);
      return { ...state, opened: choose(event.conversation_id, summary) };
    }
    case "chat_left":
      return { ...state, opened: null };
    case "chat_refused":
      if (state.opened?.conversation_id !== event.conversation_id) return state;
      return { ...state, opened: { ...state.opened, refused: event.code } };
    case "alerts_acknowledged":
      return { ...state, alerts: acknowledge(state.alerts, event.keys) };
    case "thresholds_set":
      return withTeam(state, event.team_id, event.thresholds);
    case "team_paused":
      return withTeam(state, event.team_id, { paused: event.paused });
    case "team_changed":
      return { ...state, teams: [...others(state.teams, event.team), event.team] };
    case "board_forbidden":
      return { ...state, forbidden: true, board: null };
    default:
      return ofConversation(state, event, now_ms);
  }
}

/** A conversation of the board, if it is on it. */
export function find(state: State, conversation_id: string): ConversationSummary | null {
  return state.board?.chats.find((chat) => chat.conversation_id === conversation_id) ?? null;
}

function shown(state: State, board: Board, now_ms: number): State {
  // Frames of one socket come in order, but a board of another process may be older than ours.
  if (state.board !== null && Date.parse(board.at) < Date.parse(state.board.at)) return state;
  const known = new Map(state.board?.chats.map((chat) => [chat.conversation_id, chat]));
  const chats = board.chats.map((chat) => newer(known.get(chat.conversation_id) ?? null, chat));
  const next = { ...state, board: { ...board, chats: chats.filter(isLive) } };
  const told = chats.find((chat) => chat.conversation_id === state.opened?.conversation_id);
  return {
    ...next,
    clock: observe(state.clock, board.at, now_ms),
    history: record(state.history, board),
    alerts: watch(state.alerts, board),
    opened:
      state.opened !== null && told !== undefined
        ? { ...state.opened, summary: newer(state.opened.summary, told) }
        : state.opened,
  };
}

function staffChanged(state: State, staff: StaffView): State {
  const board = state.board && {
    ...state.board,
    agents: state.board.agents.map((row) => (row.staff.id === staff.id ? { ...row, staff } : row)),
  };
  const me = state.me?.id === staff.id ? staff : state.me;
  return { ...state, me, board, staff: { ...state.staff, [staff.id]: staff } };
}

function others(teams: readonly TeamView[], { id }: TeamView): readonly TeamView[] {
  return teams.filter((team) => team.id !== id);
}

/** Shown at once; the next snapshot says it again. */
function withTeam(state: State, team_id: string, change: TeamChange): State {
  if (state.board === null) return state;
  const teams = state.board.teams.map((team) =>
    team.team_id === team_id ? { ...team, ...change } : team,
  );
  return { ...state, board: { ...state.board, teams } };
}

function ofConversation(state: State, event: AnyEvent, now_ms: number): State {
  const opened = state.opened && applyToOpened(state.opened, event, now_ms);
  const board =
    event.type === "conversation_changed" ? changed(state.board, event.summary) : state.board;
  return opened === state.opened && board === state.board ? state : { ...state, opened, board };
}

/** A change between two snapshots. What is new to the board comes with the next one. */
function changed(board: Board | null, told: ConversationSummary): Board | null {
  if (
    board === null ||
    !board.chats.some((chat) => chat.conversation_id === told.conversation_id)
  ) {
    return board;
  }
  const chats = board.chats.map((chat) =>
    chat.conversation_id === told.conversation_id ? newer(chat, told) : chat,
  );
  return { ...board, chats: chats.filter(isLive) };
}

function isLive(chat: ConversationSummary): boolean {
  return chat.live === "waiting" || chat.live === "assigned";
}
