import { useEffect, useState } from "preact/hooks";
import { type AssignmentView, type Details, details } from "../client/details";
import { clock, fullTime } from "../client/time";
import { Icon } from "../client/ui/icon";
import { chevronDown } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
import type { State } from "./state";
import "./why-card.css";
import { reason } from "../client/reason";
import { ending, explain, refused } from "../client/why";

type Loaded = Details | { readonly failed: string } | null;

/** Why the chat is where it is, who had it before, and which page it came from. */
export function WhyCard({ state, chat }: { state: State; chat: ConversationSummary }) {
  const [open, setOpen] = useState(false);
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    if (!open) return;
    let wanted = true;
    details(chat.conversation_id).then(
      (found) => wanted && setLoaded(found),
      (error: unknown) => wanted && setLoaded({ failed: reason(error) }),
    );
    return () => {
      wanted = false;
    };
    // A new assignment has a new epoch, and a new reason.
  }, [open, chat.conversation_id, chat.epoch]);
  return (
    <details class="why" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span>{question(state, chat)}</span>
        <Icon of={chevronDown} size={16} />
      </summary>
      {open && <Told state={state} loaded={loaded} />}
    </details>
  );
}

function Told({ state, loaded }: { state: State; loaded: Loaded }) {
  if (loaded === null) return <p class="why-quiet">Looking it up…</p>;
  if ("failed" in loaded) return <p class="why-failed">{loaded.failed}</p>;
  return (
    <div class="why-told">
      {loaded.assignments.length === 0 && <p class="why-quiet">No agent has had this chat yet.</p>}
      <ol class="why-list">
        {[...loaded.assignments].reverse().map((one) => (
          <Held key={one.started_at} state={state} assignment={one} />
        ))}
      </ol>
      {loaded.refusals.length > 0 && (
        <ul class="why-refused">
          {refused(loaded.refusals).map(({ text, at }) => (
            <li key={text}>
              <bdi>{text}</bdi>{" "}
              <time dateTime={at} title={fullTime(at)}>
                {clock(at)}
              </time>
            </li>
          ))}
        </ul>
      )}
      {loaded.page.url !== "" && (
        <p class="why-quiet">
          Asked on{" "}
          <a href={safe(loaded.page.url)} target="_blank" rel="noopener noreferrer">
            {loaded.page.title || loaded.page.url}
          </a>
        </p>
      )}
    </div>
  );
}

function Held({ state, assignment }: { state: State; assignment: AssignmentView }) {
  const { staff, started_at, ended_at, end_reason, why } = assignment;
  const nameOf = (id: string) => state.staff[id]?.name ?? null;
  return (
    <li data-now={ended_at === null || undefined}>
      <p class="why-span">
        <b>{staff.name}</b>{" "}
        <time dateTime={started_at} title={fullTime(started_at)}>
          {clock(started_at)}
        </time>
        {ended_at === null ? " until now" : ` – ${clock(ended_at)}, ${ending(end_reason)}`}
      </p>
      <p class="why-quiet">{explain(staff.name, why, nameOf)}</p>
    </li>
  );
}

function question(state: State, chat: ConversationSummary): string {
  if (chat.assignee === null) return "How it came here";
  return chat.assignee.id === state.me?.id ? "How it came to you" : `Why ${chat.assignee.name}?`;
}

/** The customer's page chose this address: only the web's own schemes are followed. */
function safe(url: string): string | undefined {
  return /^https?:\/\//i.test(url) ? url : undefined;
}
