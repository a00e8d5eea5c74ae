import { render } from "preact";
import { painter } from "../client/color";
import { voice } from "../client/i18n";
import { Socket, socketUrl } from "../client/socket";
import { Store } from "../client/store";
import { head, missing, older } from "../client/thread";
import type { StatusCommand } from "../client/wire.gen";
import { Page } from "./page";
import { apply, UNKNOWN } from "./state";
import { TABLES } from "./words";

const root = document.getElementById("app") as HTMLElement;
const state = new Store(UNKNOWN);
const spoken = voice(TABLES, navigator.languages);
const paint = painter(document.documentElement);
let asked = "";

const socket = new Socket<StatusCommand>({
  url: socketUrl("/ws/status"),
  hello: () => {
    const { thread } = state.state;
    if (!thread) return {};
    return { cursors: [{ conversation_id: thread.conversation_id, public: head(thread) }] };
  },
});

function fetch(wanted: ReturnType<typeof missing>): void {
  if (!wanted || asked === String(wanted.before)) return;
  if (socket.post({ type: "fetch_entries", ...wanted })) asked = String(wanted.before);
}

socket.listen((event) => {
  state.update((known) => apply(known, event));
  if (event.type === "status_welcomed") asked = "";
  const { site, thread, ticket } = state.state;
  fetch(thread && missing(thread));
  if (site) paint(site.color);
  if (ticket && site) document.title = `#${ticket.number} ${ticket.subject} · ${site.name}`;
});

document.documentElement.lang = spoken.locale;
document.documentElement.dir = spoken.dir;
render(
  <Page
    voice={spoken}
    state={state}
    connection={socket.connection}
    onRetry={() => socket.retryNow()}
    onOlder={() => fetch(state.state.thread && older(state.state.thread))}
  />,
  root,
);
socket.start();
