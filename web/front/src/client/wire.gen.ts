// Generated from chat/protocol by `frontdesk protocol`. Do not edit: change the Python types, run it again.

/** A time, RFC 3339 in UTC. */
export type Instant = string;

/** A JSON object whose fields depend on what it belongs to. */
export type JsonObject = { readonly [key: string]: unknown };

export const PROTOCOL = 1;
export const MAX_FRAME_BYTES = 65536;
export const HELLO_TIMEOUT_SECONDS = 5;

/** Why a command was refused. */
export type Code =
  | "bad_frame"
  | "unknown_command"
  | "invalid"
  | "too_large"
  | "binary"
  | "not_hello"
  | "unsupported_protocol"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "not_assigned"
  | "already_taken"
  | "at_capacity"
  | "not_available"
  | "ended"
  | "offer_gone"
  | "order"
  | "rate"
  | "busy"
  | "unavailable"
  | "internal";

/** What a person is told; a screen may say it better where it knows more. */
export const MESSAGES: Readonly<Record<Code, string>> = {
  bad_frame: "That frame is not JSON that we can read.",
  unknown_command: "This server does not know that command.",
  invalid: "A field of that command is missing or not allowed.",
  too_large: "That is longer than we can take. Shorten it and send it again.",
  binary: "Frames are text, not binary.",
  not_hello: "The first command of a connection is hello.",
  unsupported_protocol: "This page is out of date. Reload it to go on.",
  unauthenticated: "You are signed out. Sign in again to go on.",
  forbidden: "You may not do that here.",
  not_found: "There is no such conversation here.",
  not_assigned: "This conversation is not yours any more.",
  already_taken: "Somebody else has taken this conversation.",
  at_capacity: "No room for one more chat: capacity is reached.",
  not_available: "That agent is not available.",
  ended: "This conversation has ended.",
  offer_gone: "This offer is over.",
  order: "An earlier message has to be sent again first.",
  rate: "That was too fast. Wait a moment and try again.",
  busy: "Too much is under way on this connection. Try again in a moment.",
  unavailable: "Not now: your message is kept on your device and will be sent again.",
  internal: "Something went wrong on our side. Try again.",
};

/** A client sends these again by itself, after `retry_after_ms` where one is given. */
export const RETRYABLE: ReadonlySet<Code> = new Set<Code>([
  "order",
  "rate",
  "busy",
  "unavailable",
  "internal",
]);

/** WebSocket close codes that a client can meet. */
export const CloseCode = {
  GOING_AWAY: 1001,
  POLICY: 1008,
  TOO_BIG: 1009,
  /** The server is going down or restarts: reconnect after `resume_after_ms` of `closing`. */
  RESTART: 1012,
  HELLO_TIMEOUT: 4000,
  /** Do not reconnect: sign in, or make a new visitor, first. */
  UNAUTHENTICATED: 4001,
  /** Do not reconnect: reload the page. */
  UNSUPPORTED_PROTOCOL: 4002,
  /** Too many refused frames. Reconnect with backoff. */
  FLOOD: 4008,
} as const;

export type Role = "agent" | "supervisor" | "admin";

export type Availability = "available" | "away" | "offline";

export type Thread = "public" | "staff";

export type AuthorKind = "customer" | "staff" | "system";

export type TicketStatus = "queued" | "open" | "pending" | "solved" | "closed";

/** How the live exchange stands: in the queue, with an agent, left as a message, or over. */
export type Live = "waiting" | "assigned" | "message" | "ended";

/** `greeting`: the site's instant first reply. `left`: the agent is gone, back in line. `warned`: silent for long, will be solved. `note` and `whisper` stand in the staff thread only. */
export type EntryKind =
  | "message"
  | "greeting"
  | "joined"
  | "left"
  | "transferred"
  | "pending"
  | "solved"
  | "reopened"
  | "warned"
  | "closed"
  | "rated"
  | "note"
  | "whisper";

export interface Person {
  id: string;
  name: string;
}

/** What a customer may choose to talk about. `attended` and `opens_at` as with the site, of its team. */
export interface Topic {
  key: string;
  label: string;
  attended: boolean;
  opens_at: Instant | null;
}

/** What the widget needs to know of its site. */
export interface SiteView {
  key: string;
  name: string;
  color: string;
  topics: Topic[];
  /** Its default team is open, and somebody is at work there or where it falls back to; else only a message can be left. */
  attended: boolean;
  /** The site's own words for where only a message can be left; empty while that is nowhere. */
  notice: string;
  /** When the default team opens next; None while it is open, or where no opening is set. */
  opens_at: Instant | null;
}

/** A conversation as its customer sees it, whole; the higher `version` wins. */
export interface TicketView {
  conversation_id: string;
  version: number;
  number: number;
  subject: string;
  status: TicketStatus;
  live: Live;
  agent: Person | null;
  team: string;
  opened_at: Instant;
  updated_at: Instant;
  waiting_since: Instant | null;
  public_head: number;
  /** How far the staff have read the public thread, as a seq. */
  agent_seen: number;
  customer_seen: number;
  rating: number | null;
  /** The path of the status page with its secret; only the owner's widget gets it. */
  status_path: string;
}

/** A member of staff as colleagues see them. */
export interface StaffView {
  id: string;
  name: string;
  role: Role;
  /** Ids of teams. */
  teams: string[];
  availability: Availability;
  /** When this availability began. */
  since: Instant;
  present: boolean;
  /** In hundredths of a chat, wrap-up and offers counted. */
  load: number;
  /** In hundredths of a chat. */
  capacity: number;
}

export interface TeamView {
  id: string;
  name: string;
  assignment: "automatic" | "offered";
  offer_timeout_seconds: number;
  /** The waiting time that lists colour by. */
  wait_target_seconds: number;
  /** Nothing is handed out by itself; who waits keeps waiting, and may be taken. */
  paused: boolean;
  /** Outside its hours: arrivals leave a message. */
  closed: boolean;
  /** When it opens next, while closed; None: not in the year to come. */
  opens_at: Instant | null;
  /** The most who may wait, where arrivals are turned away beyond it. */
  queue_max: number | null;
}

/** A conversation as staff see it in a list, whole; the higher `version` wins. */
export interface ConversationSummary {
  conversation_id: string;
  version: number;
  number: number;
  subject: string;
  status: TicketStatus;
  live: Live;
  /** 0 low, 1 normal, 2 high, 3 urgent. */
  priority: number;
  tags: string[];
  team_id: string;
  assignee: Person | null;
  epoch: number;
  customer: Person;
  customer_email: string;
  opened_at: Instant;
  updated_at: Instant;
  waiting_since: Instant | null;
  /** When the first message of the customer's unanswered run came; None when answered. */
  unanswered_since: Instant | null;
  preview: string;
  public_head: number;
  staff_head: number;
  agent_seen: number;
  customer_seen: number;
  rating: number | null;
  /** The customer, or their organisation. */
  vip: boolean;
  /** What the customer reads, as a primary subtag ("fr"); empty: not known. */
  language: string;
  /** What the topic asks of an agent: name → least level, 1 to 5. */
  skills: Record<string, number>;
}

export interface OfferView {
  offer_id: string;
  conversation: ConversationSummary;
  offered_at: Instant;
  expires_at: Instant;
  why: string;
}

/** A chat that went back in line while its agent could not be reached. */
export interface LostChat {
  conversation_id: string;
  number: number;
  customer: string;
  at: Instant;
}

export interface Author {
  kind: AuthorKind;
  /** Empty for the system. */
  id: string;
  name: string;
}

/** One line of a thread. */
export interface Entry {
  seq: number;
  kind: EntryKind;
  author: Author;
  at: Instant;
  body?: string;
  /** A JSON object whose fields depend on the kind: joined {staff_id, staff_name}, transferred {to_team, to_staff} or {to_team, from_team, reason: "overflow"}, rated {score, comment}, warned {solve_at}, greeting {position, wait_high_seconds} in line, {reason: "closed" | "full", opens_at} where nobody could have it. */
  payload?: JsonObject;
  client_id?: string;
  /** Orders both threads together; only staff get it. */
  position?: number;
}

/** A place in line. `position` counts from 1; None, None: too little is known to say how long. */
export interface QueuePlace {
  conversation_id: string;
  position: number;
  wait_low_seconds: number | null;
  wait_high_seconds: number | null;
  /** Somebody is at work in the team whose queue it is. */
  attended: boolean;
  /** When that team opens next; None while it is open, or where no opening is set. */
  opens_at: Instant | null;
}

/** A queue on the board. Durations in seconds, None where nothing applies. */
export interface TeamRow {
  team_id: string;
  name: string;
  waiting: number;
  longest_wait: number | null;
  /** Of those answered in the last 30 minutes. */
  average_wait: number | null;
  /** Percent answered within the team's `wait_target_seconds`, last 30 minutes; who left within it is not counted. */
  service_level: number | null;
  /** What the team promises of it. */
  service_percent: number;
  active: number;
  /** Left before being assigned, last 30 minutes. */
  abandoned: number;
  missed: number;
  /** In the last 30 minutes. */
  arrived: number;
  available: number;
  away: number;
  /** Agents of the team who are available but at capacity. */
  full: number;
  alert_depth: number | null;
  alert_wait_seconds: number | null;
  alerts: ("depth" | "wait")[];
  /** The most who may wait; None: no bound. */
  queue_max: number | null;
  paused: boolean;
  closed: boolean;
  opens_at: Instant | null;
}

/** An agent on the board. */
export interface AgentRow {
  staff: StaffView;
  /** Ids of the conversations held. */
  chats: string[];
  last_reply_at: Instant | null;
}

export interface Board {
  at: Instant;
  teams: TeamRow[];
  agents: AgentRow[];
  /** Waiting and assigned, at most 200. */
  chats: ConversationSummary[];
  /** How often Redis had to be mended in the last 24 hours. */
  mended: number;
  /** When this process last compared Redis with the database; None: not yet. */
  compared_at: Instant | null;
}

/** How far a client has a conversation's threads; 0 means from the start. */
export interface Cursor {
  conversation_id: string;
  public?: number;
  staff?: number;
}

/** First frame of a widget's socket. Reply: `visitor_welcomed`, then what the cursors miss. */
export interface VisitorHello {
  type: "hello";
  protocol: number;
  site: string;
  token: string;
  cursors?: Cursor[];
  ref: string;
}

/** Is the connection alive? Reply: `done`. A page cannot see the server's own pings. */
export interface Ping {
  type: "ping";
  ref: string;
}

/** Open a conversation with its first message. Idempotent by `client_id`. Reply: `acked`, after `ticket_changed`. `leave`: no live chat is wanted or possible, make it a ticket. */
export interface StartConversation {
  type: "start_conversation";
  client_id: string;
  body: string;
  name?: string;
  email?: string;
  topic?: string;
  page_url?: string;
  page_title?: string;
  leave?: boolean;
  /** As browsers say it ("fr-CH"); what an agent should speak. */
  language?: string;
  /** What the page says of the visit: a hint, for anybody can send it. */
  attributes?: Record<string, string>;
  ref: string;
}

/** Say something in the public thread. Idempotent by `client_id`. Reply: `acked` once durable. */
export interface SendMessage {
  type: "send_message";
  conversation_id: string;
  client_id: string;
  body: string;
  ref: string;
}

/** Renewed by the client every 3 s while typing; lapses by itself after 6 s. Reply: none. */
export interface SetTyping {
  type: "set_typing";
  conversation_id: string;
  typing: boolean;
  ref: string;
}

/** The public thread was on screen up to `seq`. Reply: none. */
export interface MarkSeen {
  type: "mark_seen";
  conversation_id: string;
  seq: number;
  ref: string;
}

/** A page of older entries, those before `before`. Reply: `entries_fetched`. */
export interface FetchEntries {
  type: "fetch_entries";
  conversation_id: string;
  before: number;
  thread?: Thread;
  limit?: number;
  ref: string;
}

/** End the live exchange. The customer's own end, and an agent's, solve the ticket, unless an agent says `pending`: waiting for the customer, whose next message opens it again. */
export interface EndConversation {
  type: "end_conversation";
  conversation_id: string;
  status?: "solved" | "pending";
  ref: string;
}

/** Stop waiting; what was written stays as a message to be answered later. */
export interface LeaveQueue {
  type: "leave_queue";
  conversation_id: string;
  ref: string;
}

/** Wait for somebody after all, with what was left as a message. Refused where nobody could come. */
export interface JoinQueue {
  type: "join_queue";
  conversation_id: string;
  ref: string;
}

/** The customer's name and mail address, for answers while away. */
export interface SetContact {
  type: "set_contact";
  name?: string;
  email?: string;
  ref: string;
}

export interface RateConversation {
  type: "rate_conversation";
  conversation_id: string;
  score: number;
  comment?: string;
  ref: string;
}

/** First frame of a status page's socket; the cookie says who. Reply: `status_welcomed`. */
export interface StatusHello {
  type: "hello";
  protocol: number;
  cursors?: Cursor[];
  ref: string;
}

/** First frame of a console's or board's socket; the cookie says who. Reply: `staff_welcomed`. */
export interface StaffHello {
  type: "hello";
  protocol: number;
  cursors?: Cursor[];
  ref: string;
}

/** One's own, or as a supervisor that of `staff_id`. */
export interface SetAvailability {
  type: "set_availability";
  availability: Availability;
  staff_id?: string;
  ref: string;
}

export interface AcceptOffer {
  type: "accept_offer";
  offer_id: string;
  ref: string;
}

export interface DeclineOffer {
  type: "decline_offer";
  offer_id: string;
  reason?: string;
  ref: string;
}

/** Take a waiting or left conversation; as a supervisor also one that somebody else holds. */
export interface TakeConversation {
  type: "take_conversation";
  conversation_id: string;
  ref: string;
}

/** Follow both threads. Reply: `conversation_opened` with what the cursor misses (at most the newest 100 of each thread when it has nothing), then live events until `leave_conversation`. */
export interface OpenConversation {
  type: "open_conversation";
  cursor: Cursor;
  ref: string;
}

export interface LeaveConversation {
  type: "leave_conversation";
  conversation_id: string;
  ref: string;
}

/** Which conversations stand on screen as rows: their previews come, gathered to one a second. */
export interface WatchRows {
  type: "watch_rows";
  conversation_ids: string[];
  ref: string;
}

/** Write in the staff thread. `whisper`: a supervisor's word to the agent who holds the chat. */
export interface AddNote {
  type: "add_note";
  conversation_id: string;
  client_id: string;
  body: string;
  whisper?: boolean;
  ref: string;
}

/** To a team's queue or to an agent (exactly one), keeping the whole history. */
export interface TransferConversation {
  type: "transfer_conversation";
  conversation_id: string;
  team_id?: string;
  staff_id?: string;
  note?: string;
  ref: string;
}

/** Give a chat back to its queue, at its old place. */
export interface RequeueConversation {
  type: "requeue_conversation";
  conversation_id: string;
  ref: string;
}

/** Move a conversation up or down, also while it waits, at the time it first asked: for its agent, for anybody of the team while nobody has it, and for supervisors. No rule changes it again. */
export interface SetPriority {
  type: "set_priority";
  conversation_id: string;
  priority: number;
  ref: string;
}

/** Supervisors: `board_shown` each second from now on, until turned off. */
export interface WatchBoard {
  type: "watch_board";
  on: boolean;
  ref: string;
}

/** The message is durable. The same client id again gets the same answer. */
export interface Acked {
  type: "acked";
  ref: string;
  conversation_id: string;
  client_id: string;
  thread: Thread;
  seq: number;
  at: Instant;
}

export interface Done {
  type: "done";
  ref: string;
}

/** The command had no effect. `ref` is empty where the frame could not be read. */
export interface Failed {
  type: "failed";
  ref: string;
  code: Code;
  message: string;
  retry_after_ms: number | null;
}

export interface VisitorWelcomed {
  type: "visitor_welcomed";
  ref: string;
  protocol: number;
  at: Instant;
  visitor: Person;
  email: string;
  site: SiteView;
  /** The conversation that goes on, if there is one: the newest that is not closed. */
  ticket: TicketView | null;
}

export interface StatusWelcomed {
  type: "status_welcomed";
  ref: string;
  protocol: number;
  at: Instant;
  ticket: TicketView;
  site: SiteView;
}

/** The snapshot that the feed of later events goes on from. */
export interface StaffWelcomed {
  type: "staff_welcomed";
  ref: string;
  protocol: number;
  at: Instant;
  me: StaffView;
  teams: TeamView[];
  staff: StaffView[];
  mine: ConversationSummary[];
  /** Waiting conversations and left messages of one's teams, oldest first, at most 200. */
  unassigned: ConversationSummary[];
  offers: OfferView[];
  /** Went back in line in the last 12 hours while one could not be reached, the newest first, at most 20. */
  lost: LostChat[];
}

export interface EntryAppended {
  type: "entry_appended";
  conversation_id: string;
  thread: Thread;
  entry: Entry;
}

/** Ascending by seq. `more`: there are older ones still. */
export interface EntriesFetched {
  type: "entries_fetched";
  ref: string;
  conversation_id: string;
  thread: Thread;
  entries: Entry[];
  more: boolean;
}

export interface ConversationOpened {
  type: "conversation_opened";
  ref: string;
  summary: ConversationSummary;
  public: Entry[];
  staff: Entry[];
  public_more: boolean;
  staff_more: boolean;
  viewers: Person[];
  /** As far as this process knows; `presence_changed` follows where another knows better. */
  customer_present: boolean;
}

export interface TicketChanged {
  type: "ticket_changed";
  ticket: TicketView;
}

export interface ConversationChanged {
  type: "conversation_changed";
  summary: ConversationSummary;
}

/** The newest public line of a conversation on screen as a row, at most one a second. */
export interface Previewed {
  type: "previewed";
  conversation_id: string;
  public_head: number;
  preview: string;
  at: Instant;
  unanswered_since: Instant | null;
}

export interface QueueMoved {
  type: "queue_moved";
  place: QueuePlace;
}

export interface TypingChanged {
  type: "typing_changed";
  conversation_id: string;
  by: AuthorKind;
  person: Person;
  typing: boolean;
}

export interface SeenChanged {
  type: "seen_changed";
  conversation_id: string;
  by: AuthorKind;
  seq: number;
}

/** Whether the other side of a conversation is connected. */
export interface PresenceChanged {
  type: "presence_changed";
  conversation_id: string;
  by: AuthorKind;
  present: boolean;
}

export interface ViewersChanged {
  type: "viewers_changed";
  conversation_id: string;
  viewers: Person[];
}

export interface SiteChanged {
  type: "site_changed";
  site: SiteView;
}

export interface OfferMade {
  type: "offer_made";
  offer: OfferView;
}

export interface OfferEnded {
  type: "offer_ended";
  offer_id: string;
  outcome: "accepted" | "declined" | "expired" | "withdrawn";
}

export interface StaffChanged {
  type: "staff_changed";
  staff: StaffView;
}

/** A team's settings were changed, or it opened or closed: to whoever sees its lists. */
export interface TeamChanged {
  type: "team_changed";
  team: TeamView;
}

export interface BoardShown {
  type: "board_shown";
  board: Board;
}

/** Goodbye: the server drains. Reconnect after `resume_after_ms`. */
export interface Closing {
  type: "closing";
  reason: "restart" | "signed_out" | "replaced";
  resume_after_ms: number;
}

export type VisitorCommand =
  | VisitorHello
  | Ping
  | StartConversation
  | SendMessage
  | SetTyping
  | MarkSeen
  | FetchEntries
  | EndConversation
  | LeaveQueue
  | JoinQueue
  | SetContact
  | RateConversation;

export type StatusCommand =
  | StatusHello
  | Ping
  | FetchEntries;

export type StaffCommand =
  | StaffHello
  | Ping
  | SetAvailability
  | AcceptOffer
  | DeclineOffer
  | TakeConversation
  | OpenConversation
  | LeaveConversation
  | WatchRows
  | SendMessage
  | AddNote
  | SetTyping
  | MarkSeen
  | FetchEntries
  | TransferConversation
  | RequeueConversation
  | SetPriority
  | EndConversation
  | WatchBoard;

export type AnyEvent =
  | Acked
  | Done
  | Failed
  | VisitorWelcomed
  | StatusWelcomed
  | StaffWelcomed
  | EntryAppended
  | EntriesFetched
  | ConversationOpened
  | TicketChanged
  | ConversationChanged
  | Previewed
  | QueueMoved
  | TypingChanged
  | SeenChanged
  | PresenceChanged
  | ViewersChanged
  | SiteChanged
  | OfferMade
  | OfferEnded
  | StaffChanged
  | TeamChanged
  | BoardShown
  | Closing;

/** The event with this `type`. */
export type EventOf<T extends AnyEvent["type"]> = Extract<AnyEvent, { type: T }>;

/** A command before the socket gives it its `ref`. */
export type Draft<C> = C extends { ref: string } ? Omit<C, "ref"> : never;
