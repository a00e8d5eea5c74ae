import type { ComponentChildren } from "preact";
import { useNow } from "../client/clock";
import type { AssignmentView, Details, Refusal } from "../client/details";
import { ago, agoWords, fullTime, since } from "../client/time";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { Button, IconButton } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { alert, arrowLeft, close } from "../client/ui/icons";
import { asked } from "../client/ui/marks";
import { ending, explain, refused } from "../client/why";
import type { ConversationSummary } from "../client/wire.gen";
import "./customer.css";
import { nameOf } from "../client/names";
import { useDetails } from "./details";
import { summaryOf, waitingSince } from "./lists";
import { Rank } from "./rank";
import { STATUS, Wait } from "./row";
import type { State } from "./state";
import { useWorkplace } from "./workplace";

interface CustomerProps {
  state: State;
  conversation_id: string;
}

/** The third pane: who this is, where they wrote from, and what was before. */
export function CustomerPane({ state, conversation_id }: CustomerProps) {
  const { places } = useWorkplace();
  const summary = summaryOf(state, conversation_id);
  const { details, problem, reload } = useDetails(conversation_id, summary?.version ?? 0);
  if (state.followed[conversation_id]?.refused) return null;
  return (
    <aside class="pane customer" aria-label="Customer">
      <header class="customer-bar">
        <IconButton
          class="only-narrow"
          icon={arrowLeft}
          label="Back to the chat"
          onClick={() => places.back()}
        />
        <h2>Customer</h2>
        <IconButton
          class="only-middle"
          size="s"
          icon={close}
          label="Close"
          onClick={() => places.back()}
        />
      </header>
      <div class="customer-scroll">
        {details && summary ? (
          <Card {...{ state, summary, details }} onChanged={reload} />
        ) : problem ? (
          <EmptyState
            icon={alert}
            title="Not loaded"
            action={
              <Button size="s" onClick={reload}>
                Try again
              </Button>
            }
          >
            {problem}
          </EmptyState>
        ) : (
          <Skeleton lines={9} label="Loading the customer" />
        )}
      </div>
    </aside>
  );
}

interface CardProps {
  state: State;
  summary: ConversationSummary;
  details: Details;
  onChanged: () => void;
}

function Card({ state, summary, details, onChanged }: CardProps) {
  const { desk } = useWorkplace();
  const now = useNow() + desk.offset_ms;
  const { customer, page, topic, earlier, assignments } = details;
  return (
    <>
      <div class="customer-who">
        <Avatar name={customer.name} id={customer.id} size="l" />
        <div>
          <bdi class="customer-name">{nameOf(customer)}</bdi>
          {customer.organisation && (
            <bdi class="customer-organisation">{customer.organisation}</bdi>
          )}
          {customer.email && (
            <a class="customer-mail" href={`mailto:${encodeURIComponent(customer.email)}`}>
              {customer.email}
            </a>
          )}
        </div>
      </div>
      <Rank {...{ state, summary, details, onChanged }} />
      <dl class="facts">
        <Fact name="Page">{page.url && <PageLink {...page} />}</Fact>
        <Fact name="Topic">{topic && <bdi>{topic}</bdi>}</Fact>
        <Fact name="Asks for">
          {asked(summary).length > 0 && <bdi>{asked(summary).join(", ")}</bdi>}
        </Fact>
        <Fact name="Team">{state.teams[summary.team_id]?.name}</Fact>
        <Fact name="Opened">
          <time dateTime={summary.opened_at} title={fullTime(summary.opened_at)}>
            {agoWords(summary.opened_at, now)}
          </time>
        </Fact>
        <Fact name="Waiting">
          {waitingSince(summary) && <Wait row={summary} state={state} now={now} />}
        </Fact>
        <Fact name="Rating">{summary.rating && <Stars n={summary.rating} />}</Fact>
        <Fact name="Tags">
          {summary.tags.length > 0 && summary.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}
        </Fact>
        {Object.entries(customer.attributes).map(([name, value]) => (
          <Fact key={name} name={name}>
            {typeof value === "string" ? value : JSON.stringify(value)}
          </Fact>
        ))}
      </dl>
      <Held assignments={assignments} state={state} now={now} />
      <Refusals refusals={details.refusals} now={now} />
      <Earlier earlier={earlier} now={now} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <div class="fact">
      <dt dir="auto">{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

/** The address is the customer's to choose: only web addresses become links, and they are shown in full. */
function PageLink({ url, title }: { url: string; title: string }) {
  const safe = /^https?:\/\//i.test(url);
  return (
    <>
      {title && <bdi class="page-title">{title}</bdi>}
      {safe ? (
        <a
          class="page-url"
          href={url}
          target="_blank"
          rel="noopener noreferrer nofollow"
          title={url}
        >
          {url.replace(/^https?:\/\//i, "")}
        </a>
      ) : (
        <span class="page-url">{url}</span>
      )}
    </>
  );
}

function Stars({ n }: { n: number }) {
  return (
    <span class="stars" role="img" aria-label={`${n} of 5`}>
      {"★".repeat(n)}
      <span class="stars-off">{"★".repeat(Math.max(0, 5 - n))}</span>
    </span>
  );
}

function Held({
  assignments,
  state,
  now,
}: {
  assignments: AssignmentView[];
  state: State;
  now: number;
}) {
  if (assignments.length === 0) return null;
  const name = (id: string) => state.staff[id]?.name ?? null;
  const newest = [...assignments].sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
  return (
    <section class="customer-part">
      <h3>Who had it</h3>
      <ol class="held">
        {newest.map((one) => (
          <li key={one.started_at} data-now={one.ended_at === null || undefined}>
            <bdi class="held-who">{one.staff.name}</bdi>
            <span class="held-when numeric">
              {one.ended_at === null
                ? `got it ${agoWords(one.started_at, now)}`
                : `${since((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000)}, ${ending(one.end_reason)}`}
            </span>
            {(one.why?.text || one.why?.rule) && (
              <p class="held-why">{explain(one.staff.name, one.why, name)}</p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** To whom it was offered in vain. */
function Refusals({ refusals, now }: { refusals: Refusal[]; now: number }) {
  if (refusals.length === 0) return null;
  return (
    <section class="customer-part">
      <h3>Offered in vain</h3>
      <ul class="held">
        {refused(refusals).map(({ text, at }) => (
          <li key={text}>
            <bdi>{text}</bdi>
            <span class="held-when numeric">{agoWords(at, now)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Earlier({ earlier, now }: { earlier: ConversationSummary[]; now: number }) {
  const { places } = useWorkplace();
  return (
    <section class="customer-part">
      <h3>Earlier tickets</h3>
      {earlier.length === 0 && <p class="customer-none">This is their first.</p>}
      <ul class="earlier">
        {earlier.map((row) => (
          <li key={row.conversation_id}>
            <button type="button" onClick={() => places.open(row.conversation_id)}>
              <span class="earlier-subject" dir="auto">
                {row.subject || row.preview || "Without a subject"}
              </span>
              <span class="earlier-about">
                <Badge tone={STATUS[row.status].tone}>{STATUS[row.status].word}</Badge>
                <span class="numeric">#{row.number}</span>
                <span class="numeric">{ago(row.updated_at, now)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
