import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Preferences } from "../client/preferences";
import { reason } from "../client/reason";
import type { Shelf } from "../client/shelf";
import type { Socket } from "../client/socket";
import type { Sound } from "../client/sound";
import type { Toasts } from "../client/ui/toast";
import type { StaffCommand } from "../client/wire.gen";
import type { Lookout } from "./lookout";

/** What every part of the screen may use; built once in `main`. */
export interface Tools {
  readonly socket: Socket<StaffCommand>;
  readonly lookout: Lookout;
  readonly toasts: Toasts;
  readonly sound: Sound;
  readonly preferences: Preferences;
  readonly shelf: Shelf;
}

export const ToolsContext = createContext<Tools | null>(null);

export function useTools(): Tools {
  const tools = useContext(ToolsContext);
  if (tools === null) throw new Error("ToolsContext is not provided");
  return tools;
}

/** Does something that a person asked for; says what went wrong, and answers whether it worked. */
export async function attempt(
  toasts: Toasts,
  work: Promise<void>,
  done?: string,
): Promise<boolean> {
  try {
    await work;
    if (done) toasts.show(done, "good");
    return true;
  } catch (error) {
    toasts.show(reason(error), "bad");
    return false;
  }
}
