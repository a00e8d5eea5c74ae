/** One thing while it is changed: its values, who may set them, what is wrong with them. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useSetup, useTools } from "./context";
import { type Faults, faults } from "./faults";
import { FRESH, type Kinds, type Part } from "./kinds";
import type { Place } from "./place";
import { maySet } from "./rights";
import { type Draft, draftOf, truthOf } from "./state";

export interface Form<T = Readonly<Record<string, unknown>>> {
  readonly place: Place;
  readonly fresh: boolean;
  /** The server's values with the changes over them. */
  readonly value: T;
  readonly draft: Draft;
  /** Something must be mended before it can be saved. */
  readonly faulty: boolean;
  /** What to show beside a field now; undefined for nothing. */
  fault(field: string): string | undefined;
  may(field: string): boolean;
  set(changes: Partial<Record<keyof T & string, unknown>>): void;
}

/** Null where the server has no such thing. */
export function useFormOf<P extends Part>(place: Place & { part: P }): Form<Kinds[P]> | null {
  const { workshop } = useTools();
  const state = useSetup();
  const truth = truthOf(state, place);
  if (truth === null) return null;
  const draft = draftOf(state, place);
  const value = { ...truth, ...draft.changes };
  const found: Faults = draft.tried ? faults(place, value, truth) : {};
  return {
    place,
    fresh: place.id === FRESH,
    value,
    draft,
    faulty: Object.keys(found).length > 0,
    fault: (field) =>
      found[field] ?? (draft.problem?.field === field ? draft.problem.message : undefined),
    may: (field) => maySet(state.me, place, truth, field),
    set: (changes) => workshop.edit(place, changes as Readonly<Record<string, unknown>>),
  };
}

export const FormContext = createContext<Form | null>(null);

/** The form that a field stands in. */
export function useForm<T = Readonly<Record<string, unknown>>>(): Form<T> {
  const form = useContext(FormContext);
  if (form === null) throw new Error("FormContext is not provided");
  return form as unknown as Form<T>;
}
