import { render } from "preact";
import "../client/base.css";
import { Drafts } from "../client/drafts";
import { browserLocks } from "../client/locks";
import { browserShelf, type Shelf } from "../client/shelf";
import { Socket, socketUrl } from "../client/socket";
import { Toasts } from "../client/ui/toast";
import type { StaffCommand } from "../client/wire.gen";
import { Alarm } from "./alarm";
import { Calls } from "./calls";
import { Console } from "./console";
import { Desk } from "./desk";
import { Problem, session, tickets } from "./http";
import { Places } from "./place";
import { Preferences, wear } from "./preferences";
import { Tickets } from "./tickets";
import { Unreachable } from "./unreachable";
import { WorkplaceContext } from "./workplace";

/** Where the person goes who is not signed in, and comes back from. */
function signIn(): void {
  const here = location.pathname + location.hash;
  location.assign(`/signin?next=${encodeURIComponent(here)}`);
}

function start(staff_id: string, shelf: Shelf, preferences: Preferences, root: HTMLElement): void {
  const socket = new Socket<StaffCommand>({
    url: socketUrl("/ws/staff"),
    // Each conversation is opened again with its cursor, which brings its summary too.
    hello: () => ({}),
    probe: () => ({ type: "leave_conversation", conversation_id: "none" }),
  });
  const desk = new Desk(socket, staff_id, shelf, browserLocks());
  const places = new Places();
  const alarm = new Alarm(desk, preferences, places);
  socket.connection.subscribe(({ reason }) => reason === "signed_out" && signIn());
  const workplace = {
    desk,
    places,
    preferences,
    connection: socket.connection,
    tickets: new Tickets(tickets),
    drafts: new Drafts(shelf, staff_id),
    calls: new Calls(),
    toasts: new Toasts(),
    retryConnection: () =>
      socket.connection.state.state === "stopped" ? socket.start() : socket.retryNow(),
    stop: () => socket.stop(),
    signIn,
  };
  alarm.start();
  socket.start();
  render(
    <WorkplaceContext.Provider value={workplace}>
      <Console />
    </WorkplaceContext.Provider>,
    root,
  );
}

async function enter(root: HTMLElement): Promise<void> {
  const shelf = browserShelf();
  const preferences = new Preferences(shelf);
  const dress = () => wear(preferences.liking.state.theme);
  preferences.liking.subscribe(dress);
  dress();
  try {
    const me = await session();
    render(null, root);
    start(me.id, shelf, preferences, root);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "unauthenticated") signIn();
    else render(<Unreachable message={error.message} retry={() => enter(root)} />, root);
  }
}

const root = document.getElementById("app");
if (root) void enter(root);
