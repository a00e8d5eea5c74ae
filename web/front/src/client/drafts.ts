import type { Shelf } from "./shelf";

/** What was typed and not sent, kept through reloads; one text a place. */
export class Drafts {
  constructor(
    private readonly shelf: Shelf,
    private readonly identity: string,
  ) {}

  get(place: string): string {
    return this.shelf.get(this.#key(place)) ?? "";
  }

  set(place: string, text: string): void {
    if (text === "") this.shelf.remove(this.#key(place));
    else this.shelf.set(this.#key(place), text);
  }

  #key(place: string): string {
    return `frontdesk.draft.${this.identity}.${place}`;
  }
}
