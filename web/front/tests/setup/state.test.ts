import { describe, expect, it } from "vitest";
import type { Place } from "../../src/setup/place";
import { type Act, apply, draftOf, type State, truthOf, unsaved } from "../../src/setup/state";
import { setup, team } from "./samples";

const SUPPORT = { part: "teams", id: "support" } as const;
const NEW = { part: "teams", id: "new" } as const;

function following(state: State, ...acts: Act[]): State {
  return acts.reduce(apply, state);
}

const edit = (changes: Record<string, unknown>, place: Place = SUPPORT): Act => ({
  type: "edited",
  place,
  changes,
});
const saved = (change: object, place: Place = SUPPORT): Act => ({
  type: "saved",
  place,
  part: "teams",
  thing: team("support", change),
});

describe("a draft", () => {
  it("holds only what differs from the server's", () => {
    // Else a save would send, and overwrite, what nobody here has changed.
    const state = following(setup(team("support")), edit({ name: "Help", wrap_up_seconds: 30 }));
    expect(draftOf(state, SUPPORT).changes).toEqual({ name: "Help", wrap_up_seconds: 30 });
    const back = following(state, edit({ wrap_up_seconds: 0 }), edit({ name: "support" }));
    expect(unsaved(back)).toBe(0);
  });

  it("is unchanged by the order of an object's fields", () => {
    // Hours put together by hand in another order are the same hours.
    const hours = { mon: [["09:00", "17:00"]], tue: [["09:00", "17:00"]] } as const;
    const state = setup(team("support", { hours }));
    const turned = following(state, edit({ hours: { tue: hours.tue, mon: hours.mon } }));
    expect(unsaved(turned)).toBe(0);
  });

  it("stays while somebody else's changes are fetched", () => {
    // Two people may set up the same team; a reload must not take what is typed.
    const state = following(setup(team("support")), edit({ name: "Help" }), {
      type: "loaded",
      part: "teams",
      things: [team("support", { wrap_up_seconds: 30 })],
    });
    expect(draftOf(state, SUPPORT).changes).toEqual({ name: "Help" });
    expect(truthOf(state, SUPPORT)?.wrap_up_seconds).toBe(30);
  });

  it("is gone once the server says the same", () => {
    // Nothing is left to save.
    const state = following(setup(team("support")), edit({ name: "Help" }), {
      type: "loaded",
      part: "teams",
      things: [team("support", { name: "Help" })],
    });
    expect(unsaved(state)).toBe(0);
  });

  it("keeps what was typed while it was being saved", () => {
    // The answer tells of what was sent, not of what came after.
    const state = following(
      setup(team("support")),
      edit({ name: "Help" }),
      { type: "sent", place: SUPPORT },
      edit({ wrap_up_seconds: 45 }),
      saved({ name: "Help" }),
    );
    expect(draftOf(state, SUPPORT).changes).toEqual({ wrap_up_seconds: 45 });
    expect(truthOf(state, SUPPORT)?.name).toBe("Help");
  });

  it("keeps a field that was changed again while it was being saved", () => {
    // The later word of the same field is the one to save next.
    const state = following(
      setup(team("support")),
      edit({ name: "Help" }),
      { type: "sent", place: SUPPORT },
      edit({ name: "Helpers" }),
      saved({ name: "Help" }),
    );
    expect(draftOf(state, SUPPORT).changes).toEqual({ name: "Helpers" });
  });

  it("loses nothing when the server refuses", () => {
    // And says why, until the field it is about is changed.
    const refusal = { message: "Too long.", field: "name", signed_out: false };
    const refused = following(
      setup(team("support")),
      edit({ name: "Help", wrap_up_seconds: 30 }),
      { type: "sent", place: SUPPORT },
      { type: "refused", place: SUPPORT, refusal },
    );
    expect(draftOf(refused, SUPPORT)).toMatchObject({
      changes: { name: "Help", wrap_up_seconds: 30 },
      sent: null,
      problem: refusal,
    });
    expect(draftOf(following(refused, edit({ wrap_up_seconds: 31 })), SUPPORT).problem).toBe(
      refusal,
    );
    expect(draftOf(following(refused, edit({ name: "H" })), SUPPORT).problem).toBe(null);
  });

  it("of a new thing is gone once it is made", () => {
    // The thing stands in the list then, and the form is empty again.
    const state = following(
      setup(),
      edit({ name: "Support" }, NEW),
      { type: "sent", place: NEW },
      saved({ name: "Support" }, NEW),
    );
    expect(unsaved(state)).toBe(0);
    expect(state.stocks.teams.things?.map((one) => one.name)).toEqual(["Support"]);
  });
});

describe("a list", () => {
  it("that cannot be fetched again keeps what it had", () => {
    // Old settings with a warning are better than none.
    const message = "The server cannot be reached.";
    const state = following(setup(team("support")), {
      type: "load_failed",
      part: "teams",
      message,
    });
    expect(state.stocks.teams).toMatchObject({ problem: message, things: [{ id: "support" }] });
  });
});
