import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Key, Voice } from "../../client/i18n";
import { useStore } from "../../client/store";
import type { Entrance } from "./entrance";
import type { EN } from "./words";

export interface Around {
  entrance: Entrance;
  voice: Voice<Key<typeof EN>>;
}

export const Surround = createContext<Around | null>(null);

/** The panel's first half and its voice, for every component inside. */
export function useAround(): Around {
  const around = useContext(Surround);
  if (!around) throw new Error("drawn outside the panel");
  return around;
}

/** For the place where one writes first: takes the focus that the page asked for. */
export function useFirstFocus<E extends HTMLElement>() {
  const { entrance } = useAround();
  const { focus } = useStore(entrance.shown);
  const place = useRef<E>(null);
  useEffect(() => {
    if (place.current && entrance.takeFocus()) {
      place.current.querySelector<HTMLElement>("textarea, button")?.focus();
    }
  }, [focus]);
  return place;
}
