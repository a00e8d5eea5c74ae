import { useEffect } from "preact/hooks";
import { useCalm } from "../client/calm";
import { useNow } from "../client/clock";
import { useStore } from "../client/store";
import { BackupNotice } from "../client/ui/backup-notice";
import { ConnectionBanner } from "../client/ui/banner";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { shield } from "../client/ui/icons";
import { Toaster } from "../client/ui/toast";
import type { Board } from "../client/wire.gen";
import { Agents } from "./agents";
import { Alarm } from "./alarm";
import { ringing } from "./alerts";
import { BoardBar } from "./bar";
import "./board.css";
import { ChatList } from "./chat-list";
import { useTools } from "./context";
import { serverTime, shownTime } from "./freshness";
import { Panel } from "./panel";
import { Queues } from "./queues";
import type { State } from "./state";
import { Tiles } from "./tiles";
import { totals } from "./totals";
import { useWall } from "./wall";

/** The supervisor's whole screen. */
export function BoardScreen() {
  const { lookout, socket, toasts } = useTools();
  const state = useStore(lookout.state);
  const connection = useCalm(socket.connection);
  const wall = useWall();
  useNow();
  // The tick only draws anew; a snapshot in between needs the time of this very moment.
  const now_ms = serverTime(state.clock, Date.now());
  const online = connection.state === "online";
  useTitle(state);
  return (
    <div
      class="board"
      data-wall={wall.on || undefined}
      data-panel={state.opened !== null || undefined}
    >
      <BoardBar state={state} now_ms={now_ms} onWall={wall.toggle} />
      {connection.state === "stopped" && (
        <ConnectionBanner connection={connection} onRetry={() => socket.start()} />
      )}
      {state.board && <BackupNotice />}
      <div class="board-frame">
        <main class="board-main" data-lost={!online || undefined}>
          <Body state={state} now_ms={shownTime(state.board?.at ?? null, now_ms)} />
        </main>
      </div>
      {state.opened && !wall.on && (
        <Panel
          key={state.opened.conversation_id}
          state={state}
          opened={state.opened}
          now_ms={now_ms}
        />
      )}
      <Toaster toasts={toasts} />
    </div>
  );
}

function Body({ state, now_ms }: { state: State; now_ms: number }) {
  if (state.forbidden) {
    return (
      <EmptyState
        icon={shield}
        title="The board is for supervisors"
        action={<a href="/console">Go to the console</a>}
      >
        You are signed in as {state.me?.name ?? "an agent"}. Ask an admin if you need the board.
      </EmptyState>
    );
  }
  if (state.board === null) return <Loading />;
  const { board } = state;
  return (
    <>
      <Alarm alerts={state.alerts} board={board} now_ms={now_ms} />
      <Tiles board={board} teams={state.teams} />
      <Jumps board={board} />
      <div class="board-columns">
        <Queues state={state} board={board} now_ms={now_ms} />
        <ChatList state={state} chats={board.chats} now_ms={now_ms} />
        <Agents state={state} rows={board.agents} chats={board.chats} now_ms={now_ms} />
      </div>
    </>
  );
}

/** Where the three parts stand below each other, a way to each. */
function Jumps({ board }: { board: Board }) {
  const parts = [
    { name: "queues", label: "Queues", count: board.teams.length },
    { name: "chats", label: "Chats", count: board.chats.length },
    { name: "agents", label: "Agents", count: board.agents.length },
  ];
  return (
    <nav class="jumps" aria-label="Parts of the board">
      {parts.map(({ name, label, count }) => (
        <a key={name} href={`#${name}`}>
          {label} <span class="numeric">{count}</span>
        </a>
      ))}
    </nav>
  );
}

function Loading() {
  return (
    <>
      <div class="tiles" aria-hidden="true">
        {["waiting", "longest", "average", "active"].map((name) => (
          <div key={name} class="tile tile-wide">
            <Skeleton lines={2} />
          </div>
        ))}
      </div>
      <div class="section">
        <Skeleton lines={6} label="Loading the board" />
      </div>
    </>
  );
}

/** A tab in the background still tells how many wait. */
function useTitle(state: State): void {
  const waiting = state.board ? totals(state.board).waiting : 0;
  const alarmed = ringing(state.alerts).length > 0;
  useEffect(() => {
    document.title = `${alarmed ? "⚠ " : ""}${waiting > 0 ? `(${waiting}) ` : ""}Board · Frontdesk`;
  }, [waiting, alarmed]);
}
