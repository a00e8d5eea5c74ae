/** Where one is, as the address says it: `#people`, `#people/ID`, `#teams/new`. */

import { Store } from "../client/store";
import { PARTS, type Part } from "./kinds";

export interface Place {
  readonly part: Part;
  /** Empty for the list alone; "new" for what is being made. */
  readonly id: string;
}

/** The address of the page that shows the backups. */
export const BACKUPS = "#backups";

export function parse(hash: string): Place {
  const [part = "", ...rest] = hash.replace(/^#/, "").split("/");
  const known = PARTS.find((name) => name === part);
  return known ? { part: known, id: decoded(rest.join("/")) } : { part: "teams", id: "" };
}

export function write({ part, id }: Place): string {
  return id === "" ? `#${part}` : `#${part}/${encodeURIComponent(id)}`;
}

/** What somebody typed into the address may be anything. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The place, kept in the address, so that links, reload and the back button work. */
export class Places {
  readonly place = new Store<Place>(parse(location.hash));
  /** Whether the backups are shown, which are looked at here and not set up. */
  readonly backups = new Store(location.hash === BACKUPS);

  constructor() {
    window.addEventListener("hashchange", () => {
      this.place.set(parse(location.hash));
      this.backups.set(location.hash === BACKUPS);
    });
  }

  /** What was just made has an address of its own now; the way back does not lead to the empty form. */
  replace(place: Place): void {
    history.replaceState(null, "", write(place));
    this.place.set(place);
  }
}
