import { useEffect, useState } from "preact/hooks";
import { useCalm } from "../client/calm";
import { useStore } from "../client/store";
import { EmptyState } from "../client/ui/empty";
import { chat } from "../client/ui/icons";
import { Toaster } from "../client/ui/toast";
import "./console.css";
import { Conversation } from "./conversation";
import { CustomerPane } from "./customer";
import { Dialogs, type Open } from "./dialogs";
import { LinkBanner } from "./link";
import { type ListName, mine, summaryOf, unassigned } from "./lists";
import { Offers } from "./offers";
import { useOpening } from "./opening";
import { Shortcuts } from "./shortcuts";
import { Lists } from "./side";
import type { State } from "./state";
import { TopBar } from "./topbar";
import { useWorkplace } from "./workplace";

/** The whole screen: lists, thread, customer; on a narrow one a pane at a time. */
export function Console() {
  const { desk, places, toasts, connection } = useWorkplace();
  const state = useStore(desk.state);
  const place = useStore(places.place);
  const connected = useCalm(connection);
  const [list, setList] = useState<ListName>("mine");
  const [dialog, setDialog] = useState<Open>(null);
  const id = place.conversation_id;
  useEffect(() => desk.select(id), [id]);
  useEffect(() => {
    const timer = setInterval(() => desk.tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  useOpening();
  const summary = id ? summaryOf(state, id) : null;
  const own = summary?.live === "assigned" && summary.assignee?.id === state.me?.id;
  // What one has just taken from the queue stands among one's own from now on.
  useEffect(() => {
    if (own && list === "unassigned") setList("mine");
  }, [own, id]);
  return (
    <div
      class="console"
      data-pane={place.pane}
      data-away={connected.state === "reconnecting" || connected.state === "offline" || undefined}
    >
      <TopBar state={state} connected={connected.state} onDialog={setDialog} />
      <LinkBanner state={state} connected={connected} />
      <Offers state={state} />
      <Lists state={state} list={list} onList={setList} selected={id} />
      {id ? (
        <Conversation
          key={id}
          state={state}
          conversation_id={id}
          online={connected.state === "online"}
          onDialog={setDialog}
        />
      ) : (
        <Nothing state={state} />
      )}
      {id && <CustomerPane key={`customer.${id}`} state={state} conversation_id={id} />}
      <Dialogs open={dialog} state={state} summary={summary} onClose={() => setDialog(null)} />
      <Shortcuts
        state={state}
        summary={summary}
        list={list}
        onList={setList}
        onDialog={setDialog}
      />
      <Toaster toasts={toasts} />
    </div>
  );
}

/** The thread's place while nothing is open: what there is to do. */
function Nothing({ state }: { state: State }) {
  const [own, waiting] = [mine(state).length, unassigned(state).length];
  return (
    <main class="pane thread-pane nothing" aria-label="Chat">
      <EmptyState icon={chat} title={headline(state.me?.name, own, waiting)}>
        {own > 0 ? (
          <>
            Pick one on the left, or press <kbd>j</kbd> and <kbd>Enter</kbd>.
          </>
        ) : waiting > 0 ? (
          "Take one from Unassigned, or be Available and they come to you."
        ) : (
          "Nobody is waiting. Time for a sip of something warm."
        )}
      </EmptyState>
    </main>
  );
}

function headline(name: string | undefined, own: number, waiting: number): string {
  const first = name?.split(" ")[0] ?? "";
  if (own > 0) return own === 1 ? "One chat is with you" : `${own} chats are with you`;
  if (waiting > 0)
    return waiting === 1 ? "One customer is waiting" : `${waiting} customers are waiting`;
  return first ? `All quiet, ${first}` : "All quiet";
}
