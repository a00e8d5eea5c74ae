import { expect, it } from "vitest";
import { modeOf, modesOf } from "../../src/console/modes";
import { staff, summary } from "../samples";
import { held } from "./samples";

const agent = staff("me");
const chief = staff("me", { role: "supervisor" });

it("only who holds a chat may reply in it", () => {
  // Everybody else may write to colleagues.
  expect(modesOf(agent, held("a", "me"))).toEqual(["reply", "note"]);
  expect(modesOf(agent, held("a", "joao"))).toEqual(["note"]);
  expect(modesOf(agent, summary("a"))).toEqual(["note"]);
  expect(modesOf(chief, held("a", "joao"))).toEqual(["whisper", "note"]);
  expect(modesOf(chief, held("a", "me"))).toEqual(["reply", "note"]);
});

it("nobody whispers to a chat that has ended", () => {
  // There is no agent to hear it.
  const ended = held("a", "joao", { live: "ended", status: "solved" });
  expect(modesOf(chief, ended)).toEqual(["note"]);
});

it("what is written to colleagues never becomes a reply by itself", () => {
  // A chat that becomes mine while I whisper must not send my words to the customer.
  expect(modeOf("whisper", modesOf(chief, held("a", "me")))).toBe("note");
  expect(modeOf("note", modesOf(chief, held("a", "me")))).toBe("note");
});

it("who has chosen nothing gets what is usual here", () => {
  // A reply in one's own chat, a whisper to an agent's, a note elsewhere.
  expect(modeOf(null, modesOf(agent, held("a", "me")))).toBe("reply");
  expect(modeOf(null, modesOf(chief, held("a", "joao")))).toBe("whisper");
  expect(modeOf("reply", modesOf(agent, held("a", "joao")))).toBe("note");
});
