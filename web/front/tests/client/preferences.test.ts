import { expect, it } from "vitest";
import { Preferences } from "../../src/client/preferences";
import { memoryShelf } from "../../src/client/shelf";

it("a choice made on one page of the staff holds on the others", async () => {
  // The console, the board and the sign-in share one entry.
  const shelf = memoryShelf();
  const [here, there] = [new Preferences(shelf), new Preferences(shelf)];
  const told = new Promise((settle) => there.liking.subscribe(settle));
  here.set({ theme: "dark" });
  expect(await told).toMatchObject({ theme: "dark", keys: true });
  there.set({ board_sound: false });
  expect(new Preferences(shelf).liking.state).toMatchObject({ theme: "dark", board_sound: false });
});

it("a damaged entry is as if nothing had been chosen", () => {
  // Another program may have written under our key.
  const shelf = memoryShelf();
  shelf.set("frontdesk.preferences", "{oops");
  expect(new Preferences(shelf).liking.state).toMatchObject({ theme: "system", sound: true });
});
