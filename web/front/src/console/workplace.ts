/** What every part of the console works with, handed down through the tree. */

import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Connection } from "../client/connection";
import type { Drafts } from "../client/drafts";
import type { Preferences } from "../client/preferences";
import { reason } from "../client/reason";
import type { Store } from "../client/store";
import type { Toasts } from "../client/ui/toast";
import type { Draft, StaffCommand } from "../client/wire.gen";
import type { Calls } from "./calls";
import type { Desk } from "./desk";
import type { Places } from "./place";
import type { Returned } from "./returned";
import type { Tickets } from "./tickets";

export interface Workplace {
  readonly desk: Desk;
  readonly places: Places;
  readonly tickets: Tickets;
  readonly drafts: Drafts;
  readonly calls: Calls;
  readonly returned: Returned;
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
