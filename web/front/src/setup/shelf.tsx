import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { TextField } from "../client/ui/field";
import { Icon } from "../client/ui/icon";
import { alert, inbox, plus } from "../client/ui/icons";
import { useSetup, useTools } from "./context";
import { FRESH, type Part } from "./kinds";
import { type Place, write } from "./place";
import { mayMake } from "./rights";
import "./shelf.css";
import { draftOf, isChanged } from "./state";

/** A thing's line in the list of its part. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly about: ComponentChildren;
  /** Before the name. */
  readonly lead?: ComponentChildren;
  /** After the name. */
  readonly badge?: ComponentChildren;
  /** What a search looks in, beside the name. */
  readonly words?: string;
  /** Greyed, at the end. */
  readonly quiet?: boolean;
}

interface ListProps {
  place: Place;
  title: string;
  lines: readonly Line[];
  /** The words of the button that makes a new one. */
  make: string;
}

const LONG = 8;

/** The list of a part: one line each, a search where it is long, and the way to a new one. */
export function List({ place, title, lines, make }: ListProps) {
  const state = useSetup();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLocaleLowerCase();
  const found = lines.filter((line) =>
    `${line.name} ${line.words ?? ""}`.toLocaleLowerCase().includes(wanted),
  );
  const changed = (id: string) => isChanged(draftOf(state, { part: place.part, id }));
  return (
    <section class="list" aria-label={title}>
      <header class="list-head">
        <h2>
          {title} <span class="list-count numeric">{lines.length}</span>
        </h2>
        {mayMake(state.me) && (
          <a class="list-new" href={write({ part: place.part, id: FRESH })}>
            <Icon of={plus} size={16} />
            {make}
          </a>
        )}
      </header>
      {lines.length > LONG && (
        <div class="list-search">
          <TextField
            label={`Search ${title.toLocaleLowerCase()}`}
            hideLabel
            type="search"
            placeholder="Search"
            value={query}
            onInput={setQuery}
          />
        </div>
      )}
      {found.length === 0 && (
        <p class="list-none">{lines.length === 0 ? "None yet." : "Nothing has that in it."}</p>
      )}
      <ul class="lines">
        {changed(FRESH) && (
          <li>
            <a
              class="line"
              href={write({ part: place.part, id: FRESH })}
              aria-current={place.id === FRESH ? "page" : undefined}
            >
              <span class="line-text">
                <span class="line-name">{make}</span>
                <span class="line-about">Not made yet</span>
              </span>
              <Unsaved />
            </a>
          </li>
        )}
        {found.map((line) => (
          <li key={line.id}>
            <a
              class="line"
              href={write({ part: place.part, id: line.id })}
              aria-current={place.id === line.id ? "page" : undefined}
              data-quiet={line.quiet || undefined}
            >
              {line.lead}
              <span class="line-text">
                <bdi class="line-name">{line.name}</bdi>
                <span class="line-about">{line.about}</span>
              </span>
              {line.badge}
              {changed(line.id) && <Unsaved />}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Unsaved() {
  return <span class="unsaved" role="img" aria-label="Unsaved changes" title="Unsaved changes" />;
}

/** What stands for a part that has not come: bars, or why. Draws its children once it is there. */
export function Loaded({ part, children }: { part: Part; children: () => ComponentChildren }) {
  const { workshop } = useTools();
  const { things, problem } = useSetup().stocks[part];
  if (things !== null) return <>{children()}</>;
  if (problem === "") return <Skeleton lines={6} />;
  return (
    <EmptyState
      icon={alert}
      title="The settings could not be fetched"
      action={<Button onClick={() => void workshop.reload(part)}>Try again</Button>}
    >
      {problem}
    </EmptyState>
  );
}

/** In the place of a thing while none is chosen, or there is none of that name. */
export function Nothing({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <EmptyState icon={inbox} title={title}>
      {children}
    </EmptyState>
  );
}
