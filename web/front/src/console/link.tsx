import { Fragment } from "preact";
import { useNow } from "../client/clock";
import type { Connection } from "../client/connection";
import { useStore } from "../client/store";
import { clock } from "../client/time";
import { Banner, ConnectionBanner } from "../client/ui/banner";
import { clock as clockIcon } from "../client/ui/icons";
import { mine } from "./lists";
import { untold } from "./returned";
import type { State } from "./state";
import { useWorkplace } from "./workplace";

/** After this long without an answer the desk takes an agent for lost (the lease of presence). */
const LEASE_SECONDS = 20;
/** As many chats are named; the others are counted. */
const NAMED = 3;

/** The truth about the connection, and what it means for one's chats. */
export function LinkBanner({ state, connected }: { state: State; connected: Connection }) {
  const { retryConnection, signIn } = useWorkplace();
  const away = connected.state === "reconnecting" || connected.state === "offline";
  return (
    <section class="console-banner" aria-label="Connection">
      <ConnectionBanner connection={connected} onRetry={retryConnection} onSignIn={signIn} />
      {away && state.me && connected.lost_at !== null && (
        <Meanwhile chats={mine(state).length} lost_at={connected.lost_at} />
      )}
      {!away && <WentBack state={state} />}
    </section>
  );
}

function Meanwhile({ chats, lost_at }: { chats: number; lost_at: number }) {
  const now = useNow();
  const left = Math.ceil(LEASE_SECONDS - (now - lost_at) / 1000);
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

/** On return: which chats were given to others, so that nobody goes on answering into nothing. */
function WentBack({ state }: { state: State }) {
  const { returned, places } = useWorkplace();
  const chats = untold(state, useStore(returned.told));
  if (chats.length === 0) return null;
  const dismiss = { label: "All right", onClick: () => returned.dismiss(chats) };
  return (
    <Banner tone="warn" icon={clockIcon} action={dismiss}>
      {chats.length === 1 ? "A chat" : `${chats.length} chats`} went back in line while you could
      not be reached, so that nobody waited in vain:{" "}
      {chats.slice(0, NAMED).map((chat, n) => (
        <Fragment key={chat.conversation_id}>
          {n > 0 && ", "}
          <button type="button" class="went-back" onClick={() => places.open(chat.conversation_id)}>
            #{chat.number} <bdi>{chat.customer || "a visitor"}</bdi>
          </button>{" "}
          <span class="numeric">{clock(chat.at)}</span>
        </Fragment>
      ))}
      {chats.length > NAMED && ` and ${chats.length - NAMED} more`}.
    </Banner>
  );
}
