import { render } from "preact";
import { browserLocks } from "../client/locks";
import { browserShelf, memoryShelf, type Shelf, storageShelf } from "../client/shelf";
import { Socket, socketUrl } from "../client/socket";
import { Sound } from "../client/sound";
import { Button } from "../client/ui/button";
import { EmptyState } from "../client/ui/empty";
import { wifiOff } from "../client/ui/icons";
import { Toasts } from "../client/ui/toast";
import type { StaffCommand, StaffView } from "../client/wire.gen";
import { BoardScreen } from "./board";
import "./board.css";
import { type Tools, ToolsContext } from "./context";
import { Fault, me } from "./http";
import { Lookout } from "./lookout";
import { preferences, wear } from "./preferences";

function signIn(): void {
  location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.hash)}`);
}

/** This tab's own storage, or memory where it is blocked. */
function tabShelf(): Shelf {
  try {
    return storageShelf(window.sessionStorage, window);
  } catch {
    return memoryShelf();
  }
}

function build(staff: StaffView, shelf: Shelf): Tools {
  const socket = new Socket<StaffCommand>({
    url: socketUrl("/ws/staff"),
    hello: () => ({}),
    // While a board is watched something comes each second; silence means that the link is gone.
    probe: () => ({ type: "watch_board", on: true }),
    limits: { quiet_ms: 6_000 },
  });
  const lookout = new Lookout(socket, staff.id, shelf, browserLocks(), tabShelf());
  const chosen = preferences(shelf);
  const sound = new Sound(chosen.state.board_sound);
  chosen.subscribe((now) => {
    sound.on = now.board_sound;
    wear(now.theme);
  });
  wear(chosen.state.theme);
  window.addEventListener("pagehide", () => lookout.rest());
  socket.connection.subscribe(({ reason }) => reason === "signed_out" && signIn());
  return { socket, lookout, toasts: new Toasts(), sound, preferences: chosen, shelf };
}

async function enter(root: HTMLElement): Promise<void> {
  const shelf = browserShelf();
  try {
    const tools = build(await me(), shelf);
    tools.socket.start();
    render(null, root);
    render(
      <ToolsContext.Provider value={tools}>
        <BoardScreen />
      </ToolsContext.Provider>,
      root,
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "unauthenticated") signIn();
    else render(<Unreachable message={error.message} onRetry={() => enter(root)} />, root);
  }
}

function Unreachable({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <EmptyState
      icon={wifiOff}
      title="The board cannot be reached"
      action={
        <Button kind="primary" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {message}
    </EmptyState>
  );
}

const root = document.getElementById("app");
if (root) void enter(root);
