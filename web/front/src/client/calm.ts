import { useEffect, useRef, useState } from "preact/hooks";
import type { Connection } from "./connection";
import { type Store, useStore } from "./store";

/** A gap this short is no news: nobody could read of it before it is over. */
const BLINK_MS = 1_500;

/**
 * A connection as a screen shows it: what it was, until it has been away for longer than a blink.
 *
 * Only what is drawn goes by this. Letters wait, and threads resume, by the connection itself.
 */
export function useCalm(connection: Store<Connection>): Connection {
  const now = useStore(connection);
  const away = now.state === "reconnecting" || now.state === "offline";
  const shown = useRef(now);
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!away) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), BLINK_MS);
    return () => clearTimeout(timer);
  }, [away]);
  if (!away || lasting) shown.current = now;
  return shown.current;
}
