import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Preferences } from "../client/preferences";
import { useStore } from "../client/store";
import type { Toasts } from "../client/ui/toast";
import type { Places } from "./place";
import type { State } from "./state";
import type { Workshop } from "./workshop";

/** What every part of the page may use; built once in `main`. */
export interface Tools {
  readonly workshop: Workshop;
  readonly places: Places;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
}

export const ToolsContext = createContext<Tools | null>(null);

export function useTools(): Tools {
  const tools = useContext(ToolsContext);
  if (tools === null) throw new Error("ToolsContext is not provided");
  return tools;
}

export function useSetup(): State {
  return useStore(useTools().workshop.state);
}
