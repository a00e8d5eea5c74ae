import { render } from "preact";
import { type Entered, enter } from "../client/enter";
import { browserLocks } from "../client/locks";
import { goSignIn } from "../client/session";
import { memoryShelf, type Shelf, storageShelf } from "../client/shelf";
import { Socket, socketUrl } from "../client/socket";
import { Sound } from "../client/sound";
import { Toasts } from "../client/ui/toast";
import type { StaffCommand } from "../client/wire.gen";
import { BoardScreen } from "./board";
import "./board.css";
import { type Tools, ToolsContext } from "./context";
import { Lookout } from "./lookout";

/** This tab's own storage, or memory where it is blocked. */
function tabShelf(): Shelf {
  try {
    return storageShelf(window.sessionStorage, window);
  } catch {
    return memoryShelf();
  }
}

function build({ me, shelf, preferences }: Entered): Tools {
  const socket = new Socket<StaffCommand>({
    url: socketUrl("/ws/staff"),
    hello: () => ({}),
    // While a board is watched something comes each second; silence means that the link is gone.
    limits: { quiet_ms: 6_000 },
  });
  const lookout = new Lookout(socket, me.id, shelf, browserLocks(), tabShelf());
  const sound = new Sound(preferences.liking.state.board_sound);
  preferences.liking.subscribe(({ board_sound }) => {
    sound.on = board_sound;
  });
  window.addEventListener("pagehide", () => lookout.rest());
  socket.connection.subscribe(({ reason }) => reason === "signed_out" && goSignIn());
  return { socket, lookout, toasts: new Toasts(), sound, preferences, shelf };
}

function start(entered: Entered): void {
  const tools = build(entered);
  tools.socket.start();
  render(
    <ToolsContext.Provider value={tools}>
      <BoardScreen />
    </ToolsContext.Provider>,
    entered.root,
  );
}

void enter("The board cannot be reached", start);
