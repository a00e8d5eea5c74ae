import { render } from "preact";
import "../client/base.css";
import { type Entered, enter } from "../client/enter";
import { Toasts } from "../client/ui/toast";
import { type Tools, ToolsContext } from "./context";
import { Places } from "./place";
import { SetupScreen } from "./setup";
import { Workshop } from "./workshop";

function start({ me, preferences, root }: Entered): void {
  const workshop = new Workshop(me);
  const tools: Tools = { workshop, preferences, places: new Places(), toasts: new Toasts() };
  void workshop.load();
  document.addEventListener("visibilitychange", () => {
    // Somebody else may have changed something meanwhile; what is typed here stays.
    if (document.visibilityState === "visible") void workshop.load();
  });
  render(
    <ToolsContext.Provider value={tools}>
      <SetupScreen />
    </ToolsContext.Provider>,
    root,
  );
}

void enter("The setup cannot be reached", start);
