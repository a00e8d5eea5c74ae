import { useState } from "preact/hooks";
import { since } from "../client/time";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { Banner } from "../client/ui/banner";
import { Button, IconButton } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { Icon } from "../client/ui/icon";
import { arrowLeft, check, eye, retry, ticket, transfer, user } from "../client/ui/icons";
import { Signs } from "../client/ui/marks";
import { Menu, type MenuItem } from "../client/ui/menu";
import type { ConversationSummary } from "../client/wire.gen";
import "./conversation.css";
import { nameOf } from "../client/names";
import type { Open } from "./dialogs";
import { summaryOf } from "./lists";
import { STATUS } from "./row";
import type { Followed, State } from "./state";
import { Kept, Thread } from "./thread";
import { useWorkplace } from "./workplace";
import { Writer } from "./writer";

interface ConversationProps {
  state: State;
  conversation_id: string;
  online: boolean;
  onDialog: (open: Open) => void;
}

/** The middle pane: one conversation, and where one answers. */
export function Conversation({ state, conversation_id, online, onDialog }: ConversationProps) {
  const { desk } = useWorkplace();
  const [atEnd, setAtEnd] = useState(true);
  const followed = state.followed[conversation_id];
  const summary = summaryOf(state, conversation_id);
  if (followed?.refused) {
    return <Refusal followed={followed} onRetry={() => desk.reopen(conversation_id)} />;
  }
  return (
    <main
      class="pane thread-pane"
      aria-label={summary ? `Chat with ${nameOf(summary.customer)}` : "Chat"}
    >
      {summary ? <Head {...{ state, summary, followed, online, onDialog }} /> : <HeadSkeleton />}
      {followed?.summary && summary ? (
        <>
          <Thread {...{ state, summary, followed, atEnd }} onAtEnd={setAtEnd} />
          <Writer {...{ state, summary, online }} />
        </>
      ) : online ? (
        <div class="thread-loading">
          <Skeleton lines={7} label="Loading the conversation" />
        </div>
      ) : (
        <>
          <EmptyState icon={retry} title="Waiting for the connection">
            The conversation is shown as soon as it is back.
          </EmptyState>
          <Kept conversation_id={conversation_id} />
        </>
      )}
    </main>
  );
}

function Refusal({ followed, onRetry }: { followed: Followed; onRetry: () => void }) {
  const gone = followed.refused === "not_found" || followed.refused === "forbidden";
  return (
    <main class="pane thread-pane" aria-label="Chat">
      <BackOnly />
      <EmptyState
        icon={ticket}
        title={gone ? "Not here" : "This could not be opened"}
        action={
          <Button size="s" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {gone
          ? "There is no such conversation, or it belongs to a team that is not yours."
          : "The server is busy. Give it a moment."}
      </EmptyState>
    </main>
  );
}

function BackOnly() {
  const { places } = useWorkplace();
  return (
    <header class="head">
      <IconButton
        class="only-narrow"
        icon={arrowLeft}
        label="Back to the lists"
        onClick={() => places.back()}
      />
    </header>
  );
}

function HeadSkeleton() {
  return (
    <header class="head">
      <Skeleton lines={1} label="Loading" />
    </header>
  );
}

interface HeadProps {
  state: State;
  summary: ConversationSummary;
  followed: Followed | undefined;
  online: boolean;
  onDialog: (open: Open) => void;
}

/** Whose chat this is, how it stands, and what can be done with it. */
function Head({ state, summary, followed, online, onDialog }: HeadProps) {
  const { places } = useWorkplace();
  const may = mayMove(state, summary);
  const status = STATUS[summary.status];
  return (
    <header class="head">
      <IconButton
        class="only-narrow"
        icon={arrowLeft}
        label="Back to the lists"
        onClick={() => places.back()}
      />
      <button
        type="button"
        class="head-who"
        onClick={() => places.customer()}
        title="Show the customer"
      >
        <Avatar
          name={summary.customer.name}
          id={summary.customer.id}
          presence={presence(followed?.customerPresent)}
        />
        <span class="head-text">
          <span class="head-line">
            <bdi class="head-name">{nameOf(summary.customer)}</bdi>
            <Badge tone={status.tone}>{status.word}</Badge>
            <Signs row={summary} />
          </span>
          <span class="head-line head-small">
            <span class="numeric">#{summary.number}</span>
            <span class="head-subject" dir="auto">
              {summary.subject}
            </span>
          </span>
        </span>
      </button>
      <Viewers state={state} followed={followed} />
      {may && (
        <div class="head-acts">
          <Button
            class="only-wide"
            size="s"
            icon={transfer}
            disabled={!online}
            onClick={() => onDialog("transfer")}
          >
            Transfer
          </Button>
          <Button
            class="only-wide"
            size="s"
            icon={check}
            disabled={!online}
            onClick={() => onDialog("end")}
          >
            End
          </Button>
        </div>
      )}
      <More {...{ summary, may, online, onDialog }} />
    </header>
  );
}

function presence(present: boolean | null | undefined): "available" | "offline" | undefined {
  if (present === null || present === undefined) return undefined;
  return present ? "available" : "offline";
}

/** Its agent, or whoever supervises, may hand it on and end it. */
export function mayMove(state: State, summary: ConversationSummary): boolean {
  if (summary.live === "ended" || !state.me) return false;
  return summary.assignee?.id === state.me.id || state.me.role !== "agent";
}

/** Its agent, anybody of the team while nobody has it, and whoever supervises. */
export function mayRank(state: State, summary: ConversationSummary): boolean {
  if (summary.live === "ended" || !state.me) return false;
  return summary.assignee === null || mayMove(state, summary);
}

function More({
  summary,
  may,
  online,
  onDialog,
}: Omit<HeadProps, "state" | "followed"> & { may: boolean }) {
  const { places } = useWorkplace();
  const items: MenuItem[] = [
    { label: "Customer", icon: user, aside: <kbd>c</kbd>, onClick: () => places.customer() },
  ];
  if (may) {
    items.push(
      {
        label: "Transfer",
        icon: transfer,
        aside: <kbd>t</kbd>,
        disabled: !online,
        onClick: () => onDialog("transfer"),
      },
      {
        label: "Back in line",
        icon: retry,
        aside: <kbd>b</kbd>,
        disabled: !online || summary.live !== "assigned",
        onClick: () => onDialog("requeue"),
      },
      {
        label: "End",
        icon: check,
        aside: <kbd>e</kbd>,
        disabled: !online,
        onClick: () => onDialog("end"),
      },
    );
  }
  return <Menu label="More" items={items} />;
}

/** Colleagues who have this open now, and which of them type. */
function Viewers({ state, followed }: { state: State; followed: Followed | undefined }) {
  const others = (followed?.viewers ?? []).filter((person) => person.id !== state.me?.id);
  if (others.length === 0) return null;
  const names = others.map((person) => person.name).join(", ");
  return (
    <span class="viewers" title={`${names} ${others.length === 1 ? "is" : "are"} viewing`}>
      <Icon of={eye} size={15} />
      <bdi class="viewers-names">
        {others.length > 2 ? `${others.length} are viewing` : `${names} viewing`}
      </bdi>
    </span>
  );
}

/** That the customer is away, said where one would answer. */
export function AwayBanner({ summary, now }: { summary: ConversationSummary; now: number }) {
  const from = summary.unanswered_since;
  return (
    <Banner tone="neutral" icon={user}>
      {nameOf(summary.customer)} is not connected right now
      {from ? `, and has waited ${since((now - Date.parse(from)) / 1000)}` : ""}. They read your
      answer when they are back.
    </Banner>
  );
}
