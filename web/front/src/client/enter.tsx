import { render } from "preact";
import { Problem } from "./http";
import { Preferences } from "./preferences";
import { goSignIn, session } from "./session";
import { browserShelf, type Shelf } from "./shelf";
import { Unreachable } from "./ui/unreachable";
import type { StaffView } from "./wire.gen";

/** What a page of the staff starts with. */
export interface Entered {
  me: StaffView;
  shelf: Shelf;
  preferences: Preferences;
  root: HTMLElement;
}

/**
 * Lets in who is signed in, and leads everybody else to the door.
 *
 * @param title said while the server does not even answer who is there
 */
export async function enter(title: string, start: (entered: Entered) => void): Promise<void> {
  const root = document.getElementById("app") as HTMLElement;
  const shelf = browserShelf();
  const preferences = new Preferences(shelf);
  preferences.dress();
  const ask = async (): Promise<void> => {
    try {
      const me = await session();
      render(null, root);
      start({ me, shelf, preferences, root });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "unauthenticated") goSignIn();
      else render(<Unreachable title={title} message={error.message} retry={ask} />, root);
    }
  };
  await ask();
}
