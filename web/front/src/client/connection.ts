/**
 * connecting: the first try is under way · online: welcomed · reconnecting: was or should be online,
 * trying again · offline: the browser says that there is no network · stopped: will not try again.
 */
export type ConnectionState = "connecting" | "online" | "reconnecting" | "offline" | "stopped";

/** `signed_out`: credentials are refused. `outdated`: the page must be reloaded. */
export type StopReason = "signed_out" | "outdated" | "replaced" | "left";

/** How a socket stands, as screens show it. */
export interface Connection {
  state: ConnectionState;
  reason: StopReason | null;
  /** When the next try is due, in ms of the page's clock; null while one is under way or none will be. */
  retry_at: number | null;
  /** When the server was last known to be there, in ms of the page's clock; null while it is, or never was. */
  lost_at: number | null;
}
