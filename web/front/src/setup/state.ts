/** What the page knows, and what of it somebody has changed. Plain data, replaced, never changed in place. */

import type { StaffView } from "../client/wire.gen";
import { blank } from "./blank";
import { FRESH, type Kinds, nameIn, PARTS, type Part } from "./kinds";
import type { Place } from "./place";
import { same } from "./same";

/** A part's things as the server has them. */
export interface Stock<P extends Part> {
  /** Null until they have come. */
  readonly things: readonly Kinds[P][] | null;
  /** Why they did not come; empty when they did. */
  readonly problem: string;
}

/** What somebody changed of one thing and has not saved. */
export interface Draft {
  /** Only the fields that differ from the server's. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** What is on its way to the server. */
  readonly sent: Readonly<Record<string, unknown>> | null;
  readonly problem: Refusal | null;
  /** Saving was tried, so what is wrong may be shown. */
  readonly tried: boolean;
}

/** Why the server did not save. */
export interface Refusal {
  readonly message: string;
  /** Where the server named one. */
  readonly field: string;
  /** Nobody is signed in any more. */
  readonly signed_out: boolean;
}

export interface State {
  readonly me: StaffView;
  readonly stocks: { readonly [P in Part]: Stock<P> };
  readonly drafts: Readonly<Record<string, Draft>>;
}

export type Act =
  | { [P in Part]: { type: "loaded"; part: P; things: readonly Kinds[P][] } }[Part]
  | { type: "load_failed"; part: Part; message: string }
  | { type: "edited"; place: Place; changes: Readonly<Record<string, unknown>> }
  | { type: "discarded"; place: Place }
  | { type: "tried"; place: Place }
  | { type: "sent"; place: Place }
  | { type: "refused"; place: Place; refusal: Refusal }
  | { [P in Part]: { type: "saved"; place: Place; part: P; thing: Kinds[P] } }[Part];

const UNTOUCHED: Draft = { changes: {}, sent: null, problem: null, tried: false };

export function empty(me: StaffView): State {
  const nothing = { things: null, problem: "" };
  const stocks = Object.fromEntries(PARTS.map((part) => [part, nothing])) as State["stocks"];
  return { me, stocks, drafts: {} };
}

export function keyOf({ part, id }: Place): string {
  return `${part}/${id}`;
}

export function apply(state: State, act: Act): State {
  switch (act.type) {
    case "loaded":
      return settled(withStock(state, act.part, { things: act.things, problem: "" }));
    case "load_failed":
      return withStock(state, act.part, { ...state.stocks[act.part], problem: act.message });
    case "edited":
      return edited(state, act.place, act.changes);
    case "discarded":
      return withDraft(state, act.place, null);
    case "tried":
      return withDraft(state, act.place, { ...draftOf(state, act.place), tried: true });
    case "sent": {
      const draft = draftOf(state, act.place);
      return withDraft(state, act.place, { ...draft, sent: draft.changes, problem: null });
    }
    case "refused": {
      const draft = draftOf(state, act.place);
      return withDraft(state, act.place, { ...draft, sent: null, problem: act.refusal });
    }
    case "saved":
      return saved(state, act.place, act.part, act.thing);
  }
}

/** The draft of a place; one without changes where nobody has touched it. */
export function draftOf(state: State, place: Place): Draft {
  return state.drafts[keyOf(place)] ?? UNTOUCHED;
}

export function isChanged(draft: Draft): boolean {
  return Object.keys(draft.changes).length > 0;
}

/** How many things have changes that are not saved. */
export function unsaved(state: State, part?: Part): number {
  return Object.entries(state.drafts).filter(
    ([key, draft]) => isChanged(draft) && (!part || key.startsWith(`${part}/`)),
  ).length;
}

/** A thing as the server has it, or the blank of a new one; null where there is none of that name. */
export function truthOf<P extends Part>(
  state: State,
  { part, id }: Place & { part: P },
): Kinds[P] | null {
  if (id === FRESH) return blank(state, part);
  const things = state.stocks[part].things as readonly Kinds[P][] | null;
  return things?.find((thing) => nameIn(part, thing) === id) ?? null;
}

function edited(state: State, place: Place, changes: Readonly<Record<string, unknown>>): State {
  const truth = truthOf(state, place);
  if (truth === null) return state;
  const draft = draftOf(state, place);
  const { problem } = draft;
  const mended = problem !== null && problem.field in changes;
  return withDraft(state, place, {
    ...draft,
    changes: differing({ ...draft.changes, ...changes }, truth),
    problem: mended ? null : problem,
  });
}

function saved<P extends Part>(state: State, place: Place, part: P, thing: Kinds[P]): State {
  const draft = draftOf(state, place);
  const things = (state.stocks[part].things ?? []) as readonly Kinds[P][];
  const name = nameIn(part, thing);
  const there = things.some((one) => nameIn(part, one) === name);
  const next = there
    ? things.map((one) => (nameIn(part, one) === name ? thing : one))
    : [...things, thing];
  const stocked = withStock(state, part, { things: next, problem: "" } as Stock<P>);
  if (place.id === FRESH) return withDraft(stocked, place, null);
  // What was typed while the answer was on its way is kept; what was sent is the server's now.
  const later = Object.entries(draft.changes).filter(
    ([field, value]) => !same(value, draft.sent?.[field]),
  );
  const changes = differing(Object.fromEntries(later), thing);
  return withDraft(stocked, place, { ...UNTOUCHED, changes });
}

/** Changes that somebody else has made too in the meantime are none any more. */
function settled(state: State): State {
  const drafts = Object.entries(state.drafts).flatMap(([key, draft]) => {
    const [part, id] = key.split(/\/(.*)/s) as [Part, string];
    const truth = truthOf(state, { part, id });
    if (truth === null) return [[key, draft]];
    const next = { ...draft, changes: differing(draft.changes, truth) };
    return isChanged(next) || next.sent ? [[key, next]] : [];
  });
  return { ...state, drafts: Object.fromEntries(drafts) };
}

function differing(changes: Readonly<Record<string, unknown>>, truth: object) {
  const known = truth as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(changes).filter(([field, value]) => !same(value, known[field])),
  );
}

function withStock<P extends Part>(state: State, part: P, stock: Stock<P>): State {
  return { ...state, stocks: { ...state.stocks, [part]: stock } };
}

/** Null, or a draft in which there is nothing, leaves none. */
function withDraft(state: State, place: Place, draft: Draft | null): State {
  const { [keyOf(place)]: _, ...others } = state.drafts;
  const kept = draft !== null && (isChanged(draft) || draft.sent || draft.problem || draft.tried);
  return { ...state, drafts: kept ? { ...others, [keyOf(place)]: draft } : others };
}
