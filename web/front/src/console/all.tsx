import { useEffect, useRef } from "preact/hooks";
import { useNow } from "../client/clock";
import { useStore } from "../client/store";
import { newer } from "../client/summaries";
import { Button } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { Icon } from "../client/ui/icon";
import { alert, search as searchIcon, ticket } from "../client/ui/icons";
import type { TicketStatus } from "../client/wire.gen";
import { STATUS, TicketRow } from "./row";
import "./search.css";
import type { State } from "./state";
import { useVisible } from "./visible";
import { useWorkplace } from "./workplace";

const STATUSES: readonly (TicketStatus | "")[] = [
  "",
  "queued",
  "open",
  "pending",
  "solved",
  "closed",
];

/** All tickets: searched over everything, by status, a page at a time. */
export function AllTickets({ state, selected }: { state: State; selected: string | null }) {
  const { tickets, desk, places } = useWorkplace();
  const found = useStore(tickets.found);
  const now = useNow(10_000) + desk.offset_ms;
  const scroll = useRef<HTMLUListElement>(null);
  const items = found.items.map((row) => {
    const known = state.rows[row.conversation_id];
    return known ? newer(row, known) : row;
  });
  useVisible(scroll, items, (ids) => desk.watch(ids));
  useEffect(() => void tickets.reload(), []);
  const nearEnd = (event: Event) => {
    const box = event.currentTarget as HTMLElement;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 400) void tickets.next();
  };
  const entry = items.some((row) => row.conversation_id === selected)
    ? selected
    : items[0]?.conversation_id;
  return (
    <>
      <SearchForm />
      <ul class="rows" ref={scroll} onScroll={nearEnd} aria-busy={found.phase === "loading"}>
        {items.map((row) => (
          <TicketRow
            key={row.conversation_id}
            {...{ row, state, now }}
            selected={row.conversation_id === selected}
            entry={row.conversation_id === entry}
            onOpen={() => places.open(row.conversation_id)}
          />
        ))}
        <li class="rows-end">
          <Outcome empty={items.length === 0} />
        </li>
      </ul>
    </>
  );
}

function SearchForm() {
  const { tickets } = useWorkplace();
  const { search, phase } = useStore(tickets.found);
  return (
    <search class="search">
      <div class="search-box">
        {phase === "loading" && search.q ? (
          <span class="spinner" />
        ) : (
          <Icon of={searchIcon} size={16} />
        )}
        <input
          type="search"
          id="search"
          class="search-text"
          dir="auto"
          maxLength={200}
          placeholder="Words, name, mail or number"
          aria-label="Search all tickets"
          value={search.q}
          onInput={(event) => tickets.search({ q: event.currentTarget.value })}
          onKeyDown={(event) => event.key === "Enter" && void tickets.reload()}
        />
      </div>
      <fieldset class="search-statuses">
        <legend class="unseen">Status</legend>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            class="chip"
            aria-pressed={search.status === status}
            onClick={() => tickets.search({ status })}
          >
            {status === "" ? "Any" : STATUS[status].word}
          </button>
        ))}
      </fieldset>
    </search>
  );
}

/** What stands below the tickets: that more come, that it failed, or that there is nothing. */
function Outcome({ empty }: { empty: boolean }) {
  const { tickets } = useWorkplace();
  const { phase, problem, more, search } = useStore(tickets.found);
  if (phase === "failed") {
    return (
      <EmptyState
        icon={alert}
        title="The list could not be loaded"
        action={
          <Button size="s" onClick={() => tickets.reload()}>
            Try again
          </Button>
        }
      >
        {problem}
      </EmptyState>
    );
  }
  if (phase === "fresh" || phase === "paging" || (phase === "loading" && empty)) {
    return <Skeleton lines={empty ? 8 : 2} label="Loading tickets" />;
  }
  if (empty) {
    const searched = search.q !== "" || search.status !== "";
    return (
      <EmptyState
        icon={searched ? searchIcon : ticket}
        title={searched ? "Nothing found" : "No tickets yet"}
      >
        {searched
          ? "Try fewer words, another status, or the ticket's number."
          : "Each conversation becomes a ticket; the first will stand here."}
      </EmptyState>
    );
  }
  if (more) {
    return (
      <Button kind="quiet" size="s" wide onClick={() => tickets.next()}>
        Show more
      </Button>
    );
  }
  return <p class="rows-last">That is all of them.</p>;
}
