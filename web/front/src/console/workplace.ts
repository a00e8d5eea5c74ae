/** What every part of the console works with, handed down through the tree. */

import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Drafts } from "../client/drafts";
import { type Connection, Disconnected, Refused } from "../client/socket";
import type { Store } from "../client/store";
import type { Toasts } from "../client/ui/toast";
import type { Draft, StaffCommand } from "../client/wire.gen";
import type { Calls } from "./calls";
import type { Desk } from "./desk";
import { Problem } from "./http";
import type { Places } from "./place";
import type { Preferences } from "./preferences";
import type { Tickets } from "./tickets";

export interface Workplace {
  readonly desk: Desk;
  readonly places: Places;
  readonly tickets: Tickets;
  readonly drafts: Drafts;
  readonly calls: Calls;
  readonly preferences: Preferences;
  readonly toasts: Toasts;
  readonly connection: Store<Connection>;
  readonly retryConnection: () => void;
  /** Closes the connection for good, as one does before signing out. */
  readonly stop: () => void;
  readonly signIn: () => void;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) throw new Error("drawn outside of the console");
  return workplace;
}

/** Why something was refused, in a sentence for whoever asked. */
export function reason(error: unknown): string {
  if (error instanceof Refused || error instanceof Problem) return error.message;
  if (error instanceof Disconnected) {
    return "The connection went before an answer came. Look whether it was done before you try again.";
  }
  throw error;
}

/** Asks the server, shows that it is under way, and tells when it was refused. */
export function useAct(): {
  busy: boolean;
  act: (command: Draft<StaffCommand>, done?: () => void) => Promise<void>;
} {
  const { desk, toasts } = useWorkplace();
  const [busy, setBusy] = useState(false);
  const act = async (command: Draft<StaffCommand>, done?: () => void) => {
    if (busy) return;
    setBusy(true);
    try {
      await desk.ask(command);
      done?.();
    } catch (error) {
      toasts.show(reason(error), "bad");
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}
