import { expect, it } from "vitest";
import { happening } from "../../src/client/happenings";
import { entry } from "../samples";

const by = (id: string) => ({ kind: "staff" as const, id, name: id });
const system = { kind: "system" as const, id: "", name: "" };

it("a quiet line says who did what, and to me it says you", () => {
  // The same line reads differently for who did it, who got it, and who looks on.
  const payload = { to_staff: "Wen", staff_id: "wen", staff_name: "Wen" };
  const given = entry(1, { kind: "transferred", author: by("Ada"), payload });
  expect(happening(given, "other").text).toBe("Ada transferred this to Wen");
  expect(happening(given, "Ada").text).toBe("You transferred this to Wen");
  expect(happening(given, "wen").text).toBe("Ada transferred this to you");
});

it("taking over is not called a transfer to oneself", () => {
  // What a supervisor does with Take over.
  const payload = { to_staff: "Sam", staff_id: "sam", staff_name: "Sam" };
  const taken = entry(1, { kind: "transferred", author: by("sam"), payload });
  expect(happening(taken, "sam").text).toBe("You took this chat");
  expect(happening(taken, "ada").text).toBe("sam took this chat");
});

it("an overflow says from where it came and why", () => {
  // Nobody transferred it: the queue was too slow.
  const payload = { to_team: "Night", from_team: "Support", reason: "overflow" };
  const line = entry(1, { kind: "transferred", author: system, payload });
  expect(happening(line, "me").text).toBe("Passed on from Support to Night: the wait was too long");
});

it("a kind of line that is not known yet shows what it carries", () => {
  // A newer server may have more kinds.
  const later = entry(1, { kind: "snoozed" as "left", author: system, body: "Until Monday" });
  expect(happening(later, "me").text).toBe("Until Monday");
});

it("a payload of the wrong shape does no harm", () => {
  // Names are text or they are nothing.
  const odd = entry(1, { kind: "joined", author: system, payload: { staff_name: { a: 1 } } });
  expect(happening(odd, "me").text).toBe("An agent joined");
});
