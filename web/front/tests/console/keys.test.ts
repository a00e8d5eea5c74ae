import { expect, it } from "vitest";
import { actOf, KEYS } from "../../src/console/keys";

const press = (key: string, change = {}) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...change,
});

it("a letter that is written into a field is no shortcut", () => {
  // Writing "next" must not transfer a chat.
  for (const key of ["n", "e", "x", "t", "?", "/"])
    expect(actOf(press(key), true, true)).toBeNull();
});

it("the browser's own shortcuts stay the browser's", () => {
  // Ctrl+R reloads and does not reply.
  expect(actOf(press("r", { ctrlKey: true }), false, true)).toBeNull();
  expect(actOf(press("r", { metaKey: true }), false, true)).toBeNull();
});

it("one can go from chat to chat while writing", () => {
  // Several chats side by side without the mouse.
  expect(actOf(press("ArrowDown", { altKey: true }), true, true)).toBe("next_chat");
  expect(actOf(press("ArrowUp", { altKey: true }), true, false)).toBe("previous_chat");
});

it("Escape leaves the field first, then the chat", () => {
  // One key, one step back.
  expect(actOf(press("Escape"), true, true)).toBe("away");
  expect(actOf(press("Escape"), false, true)).toBe("back");
});

it("single keys can be switched off", () => {
  // WCAG 2.1.4: speech input types letters by accident.
  expect(actOf(press("e"), false, false)).toBeNull();
});

it("every single key in the list of keys does something", () => {
  // The list on ? tells no lies.
  const singles = KEYS.flatMap((group) => group.keys.flatMap((line) => line.press));
  const letters = singles.filter((name) => name.length === 1);
  expect(letters.length).toBeGreaterThan(12);
  for (const letter of letters) expect(actOf(press(letter), false, true)).not.toBeNull();
});
