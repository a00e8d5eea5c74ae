import { useState } from "preact/hooks";
import { useNow } from "../client/clock";
import { useStore } from "../client/store";
import { ConnectionBanner } from "../client/ui/banner";
import { mine } from "./lists";
import type { State } from "./state";
import { useWorkplace } from "./workplace";

/** After this long without an answer the desk takes an agent for lost (the lease of presence). */
const LEASE_SECONDS = 20;

/** The truth about the connection, and what it means for one's chats. */
export function LinkBanner({ state }: { state: State }) {
  const { connection, retryConnection, signIn } = useWorkplace();
  const connected = useStore(connection);
  const away = connected.state === "reconnecting" || connected.state === "offline";
  return (
    <section class="console-banner" aria-label="Connection">
      <ConnectionBanner connection={connected} onRetry={retryConnection} onSignIn={signIn} />
      {away && state.me && <Meanwhile chats={mine(state).length} />}
    </section>
  );
}

function Meanwhile({ chats }: { chats: number }) {
  const [from] = useState(() => Date.now());
  const now = useNow();
  const left = Math.ceil(LEASE_SECONDS - (now - from) / 1000);
  const which = chats === 1 ? "Your chat" : `Your ${chats} chats`;
  return (
    <p class="meanwhile">
      No new chats come meanwhile.{" "}
      {chats > 0 &&
        (left <= 0
          ? `${which} may have gone back in line by now, so that nobody waits in vain.`
          : `${which} stay${chats === 1 ? "s" : ""} with you for about ${Math.max(1, left)} s more.`)}
    </p>
  );
}
