import { render } from "preact";
import "../client/base.css";
import { Drafts } from "../client/drafts";
import { type Entered, enter } from "../client/enter";
import { browserLocks } from "../client/locks";
import { goSignIn } from "../client/session";
import { Socket, socketUrl } from "../client/socket";
import { Toasts } from "../client/ui/toast";
import type { StaffCommand } from "../client/wire.gen";
import { Alarm } from "./alarm";
import { Calls } from "./calls";
import { Console } from "./console";
import { Desk } from "./desk";
import { tickets } from "./http";
import { Places } from "./place";
import { Returned } from "./returned";
import { Tickets } from "./tickets";
import { WorkplaceContext } from "./workplace";

function start({ me, shelf, preferences, root }: Entered): void {
  const socket = new Socket<StaffCommand>({
    url: socketUrl("/ws/staff"),
    // An idle console hears nothing for minutes. The desk gives its chats to others after 20 s without an
    // answer, so by then the agent has to know, too.
    limits: { quiet_ms: 6_000 },
    // Each conversation is opened again with its cursor, which brings its summary too.
    hello: () => ({}),
  });
  const desk = new Desk(socket, me.id, shelf, browserLocks());
  const places = new Places();
  const alarm = new Alarm(desk, preferences, places);
  socket.connection.subscribe(({ reason }) => reason === "signed_out" && goSignIn());
  const workplace = {
    desk,
    places,
    preferences,
    connection: socket.connection,
    tickets: new Tickets(tickets),
    drafts: new Drafts(shelf, me.id),
    calls: new Calls(),
    returned: new Returned(shelf, me.id),
    toasts: new Toasts(),
    retryConnection: () =>
      socket.connection.state.state === "stopped" ? socket.start() : socket.retryNow(),
    stop: () => socket.stop(),
    signIn: goSignIn,
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

void enter("The desk does not answer", start);
