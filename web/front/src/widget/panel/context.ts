import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Key, Voice } from "../../client/i18n";
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
