import { describe, expect, it } from "vitest";
import { newer } from "../../src/client/summaries";
import { LAPSE_MS } from "../../src/client/typing";
import type { AnyEvent, StaffWelcomed } from "../../src/client/wire.gen";
import { apply, follow, lapse, refuse, unfollow } from "../../src/console/apply";
import { mine, summaryOf, unassigned, unread } from "../../src/console/lists";
import type { State } from "../../src/console/state";
import { AT, entry, openedWith, staff, summary } from "../samples";
import { held, lived, ORDERS, offer, welcome } from "./samples";

/** What a person sees of the lists: what a fresh snapshot has to agree with. */
function seen(state: State) {
  const { me, staff, teams, offers } = state;
  return { me, staff, teams, offers, mine: mine(state), unassigned: unassigned(state) };
}

const SAID = entry(2, { body: "Still there?", at: "2026-11-22T10:01:00Z" });

interface Case {
  before: Partial<StaffWelcomed>;
  events: AnyEvent[];
  fresh: Partial<StaffWelcomed>;
}

const CASES: Record<string, Case> = {
  "a conversation that comes into the queue": {
    before: {},
    events: [{ type: "conversation_changed", summary: summary("a") }],
    fresh: { unassigned: [summary("a")] },
  },
  "one that I take": {
    before: { unassigned: [summary("a")] },
    events: [{ type: "conversation_changed", summary: held("a", "me") }],
    fresh: { mine: [held("a", "me")] },
  },
  "one that somebody else takes": {
    before: { unassigned: [summary("a")] },
    events: [{ type: "conversation_changed", summary: held("a", "joao") }],
    fresh: {},
  },
  "one that goes to a team of others": {
    before: { unassigned: [summary("a")] },
    events: [
      { type: "conversation_changed", summary: summary("a", { version: 2, team_id: "tech" }) },
    ],
    fresh: {},
  },
  "one that ends": {
    before: { mine: [held("a", "me")] },
    events: [
      {
        type: "conversation_changed",
        summary: held("a", "me", { version: 3, live: "ended", status: "solved", assignee: null }),
      },
    ],
    fresh: {},
  },
  "an old word that comes late": {
    before: { unassigned: [summary("a")] },
    events: [
      { type: "conversation_changed", summary: held("a", "me") },
      { type: "conversation_changed", summary: summary("a") },
    ],
    fresh: { mine: [held("a", "me")] },
  },
  "a message, told by its preview": {
    before: { mine: [held("a", "me", { unanswered_since: null })] },
    events: [
      {
        type: "previewed",
        conversation_id: "a",
        public_head: 2,
        preview: "Still there?",
        at: SAID.at,
        unanswered_since: SAID.at,
      },
    ],
    fresh: {
      mine: [
        held("a", "me", { public_head: 2, preview: "Still there?", unanswered_since: SAID.at }),
      ],
    },
  },
  "a message, told by its entry": {
    before: { mine: [held("a", "me", { unanswered_since: null })] },
    events: [{ type: "entry_appended", conversation_id: "a", thread: "public", entry: SAID }],
    fresh: {
      mine: [
        held("a", "me", { public_head: 2, preview: "Still there?", unanswered_since: SAID.at }),
      ],
    },
  },
  "an answer": {
    before: { mine: [held("a", "me")] },
    events: [
      {
        type: "entry_appended",
        conversation_id: "a",
        thread: "public",
        entry: entry(2, { author: { kind: "staff", id: "me", name: "me" }, body: "Here" }),
      },
    ],
    fresh: { mine: [held("a", "me", { public_head: 2, preview: "Here", unanswered_since: null })] },
  },
  "a line that nobody spoke": {
    before: { mine: [held("a", "me")] },
    events: [
      {
        type: "entry_appended",
        conversation_id: "a",
        thread: "public",
        entry: entry(2, { kind: "joined", author: { kind: "system", id: "", name: "" }, body: "" }),
      },
    ],
    fresh: { mine: [held("a", "me", { public_head: 2 })] },
  },
  "a note": {
    before: { mine: [held("a", "me")] },
    events: [
      {
        type: "entry_appended",
        conversation_id: "a",
        thread: "staff",
        entry: entry(1, { kind: "note", author: { kind: "staff", id: "joao", name: "joao" } }),
      },
    ],
    fresh: { mine: [held("a", "me", { staff_head: 1 })] },
  },
  "how far each side has read": {
    before: { mine: [held("a", "me")] },
    events: [
      { type: "seen_changed", conversation_id: "a", by: "staff", seq: 1 },
      { type: "seen_changed", conversation_id: "a", by: "customer", seq: 1 },
      { type: "seen_changed", conversation_id: "a", by: "customer", seq: 0 },
    ],
    fresh: { mine: [held("a", "me", { agent_seen: 1, customer_seen: 1 })] },
  },
  "an offer": {
    before: {},
    events: [{ type: "offer_made", offer: offer("o", summary("a")) }],
    fresh: { offers: [offer("o", summary("a"))] },
  },
  "an offer that ends": {
    before: { offers: [offer("o", summary("a"))] },
    events: [{ type: "offer_ended", offer_id: "o", outcome: "withdrawn" }],
    fresh: {},
  },
  "a queue that is paused": {
    before: { teams: [ORDERS] },
    events: [{ type: "team_changed", team: { ...ORDERS, paused: true } }],
    fresh: { teams: [{ ...ORDERS, paused: true }] },
  },
  "a colleague who goes away": {
    before: {},
    events: [{ type: "staff_changed", staff: staff("joao", { availability: "away" }) }],
    fresh: { staff: [staff("me"), staff("joao", { availability: "away" })] },
  },
  "my own load": {
    before: {},
    events: [{ type: "staff_changed", staff: staff("me", { load: 100 }) }],
    fresh: {
      me: staff("me", { load: 100 }),
      staff: [staff("me", { load: 100 }), staff("joao")],
    },
  },
};

describe("a snapshot plus events equals a fresh snapshot", () => {
  for (const [name, { before, events, fresh }] of Object.entries(CASES)) {
    it(`for ${name}`, () => {
      // The lists agree whether the events were lived through or the page was loaded after them.
      const state = lived([welcome(before), ...events]);
      expect(seen(state)).toEqual(seen(lived([welcome(fresh)])));
    });
    it(`for ${name}, told twice`, () => {
      // What comes again changes nothing.
      const state = lived([welcome(before), ...events, ...events]);
      expect(seen(state)).toEqual(seen(lived([welcome(fresh)])));
    });
  }
});

describe("a fresh snapshot", () => {
  it("drops what left the lists while nobody was told", () => {
    // A chat that was taken during a lost connection does not haunt the queue.
    const state = lived([welcome({ unassigned: [summary("a"), summary("b")] })]);
    const again = lived([welcome({ unassigned: [summary("b")] })], state);
    expect(unassigned(again).map((row) => row.conversation_id)).toEqual(["b"]);
  });

  it("keeps the threads on screen, which go on from their cursors", () => {
    // A lost connection does not empty the thread.
    let state = follow(lived([welcome({ mine: [held("a", "me")] })]), "a");
    state = lived([opened("a"), said("a", 2)], state);
    const again = lived([welcome({ mine: [held("a", "me")] })], state);
    expect(again.followed.a?.public.entries.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("forgets who was typing and whether the customer was there", () => {
    // Signs of before the gap are no truth after it.
    const state = lived([typing("a", "customer-a"), presence("a", true)], following("a"));
    const again = lived([welcome({ mine: [held("a", "me")] })], state);
    expect(again.followed.a).toMatchObject({ typing: [], customerPresent: null });
  });
});

describe("a followed conversation", () => {
  it("takes nothing that was not asked for", () => {
    // An answer that comes after one has left is dropped.
    const state = lived([welcome()]);
    expect(apply(state, opened("a"))).toBe(state);
  });

  it("shows a refusal, and may be asked for again", () => {
    // What may not be seen says so instead of loading for ever.
    const refused = refuse(follow(lived([welcome()]), "a"), "a", "not_found");
    expect(refused.followed.a?.refused).toBe("not_found");
    expect(follow(refused, "a").followed.a?.refused).toBeNull();
  });

  it("counts as unread only what the customer said and nobody has seen", () => {
    // System lines and one's own words are not unread.
    const own = entry(2, { author: { kind: "staff", id: "me", name: "me" } });
    const state = lived(
      [
        appended("a", own),
        said("a", 3),
        { type: "seen_changed", conversation_id: "a", by: "staff", seq: 1 },
      ],
      following("a"),
    );
    const row = summaryOf(state, "a");
    expect(row && unread(state, row)).toBe(1);
  });

  it("shows colleagues and the customer typing, but not oneself", () => {
    // Every tab of mine is told that I type.
    const state = lived(
      [typing("a", "me"), typing("a", "joao"), typing("a", "customer-a")],
      following("a"),
    );
    expect(state.followed.a?.typing.map((sign) => sign.person.id)).toEqual(["joao", "customer-a"]);
  });

  it("lets a typing sign lapse", () => {
    // The word that it ended may be lost.
    const state = lived([typing("a", "customer-a")], following("a"));
    expect(lapse(state, LAPSE_MS - 1)).toBe(state);
    expect(lapse(state, LAPSE_MS).followed.a?.typing).toEqual([]);
  });

  it("ends the customer's typing with their message", () => {
    // The dots do not stay beside the line that they announced.
    const state = lived([typing("a", "customer-a"), said("a", 2)], following("a"));
    expect(state.followed.a?.typing).toEqual([]);
  });

  it("is forgotten when it is left", () => {
    // A thread that is not fed any more must not be shown as if it were.
    expect(unfollow(following("a"), "a").followed).toEqual({});
  });
});

describe("two words about one conversation", () => {
  it("come to the higher version's state and the longer thread's newest line", () => {
    // An ordinary message does not raise the version.
    const line = summary("a", { public_head: 5, preview: "newest", agent_seen: 4 });
    const state = held("a", "me", { public_head: 3, preview: "older", customer_seen: 2 });
    const both = { version: 2, public_head: 5, preview: "newest", agent_seen: 4, customer_seen: 2 };
    expect(newer(line, state)).toMatchObject(both);
    expect(newer(state, line)).toMatchObject(both);
  });
});

it("an event of no concern leaves the state as it is", () => {
  // Fields and events of later versions do no harm.
  const state = lived([welcome()]);
  expect(apply(state, { type: "from_the_future" } as unknown as AnyEvent)).toBe(state);
});

const opened = (id: string): AnyEvent => openedWith(held(id, "me"), [entry(1)]);

function following(id: string): State {
  return lived([opened(id)], follow(lived([welcome({ mine: [held(id, "me")] })]), id));
}

function appended(id: string, line: ReturnType<typeof entry>): AnyEvent {
  return { type: "entry_appended", conversation_id: id, thread: "public", entry: line };
}

function said(id: string, seq: number): AnyEvent {
  return appended(id, entry(seq, { at: AT }));
}

function typing(id: string, who: string): AnyEvent {
  const by = who.startsWith("customer") ? "customer" : "staff";
  return {
    type: "typing_changed",
    conversation_id: id,
    by,
    person: { id: who, name: who },
    typing: true,
  };
}

function presence(id: string, present: boolean): AnyEvent {
  return { type: "presence_changed", conversation_id: id, by: "customer", present };
}

it("an offer that ran out is remembered until the next one comes, and no other end is", () => {
  // Whoever looked away learns what became of the card; whoever declined knows it.
  const ended = (outcome: "expired" | "declined") =>
    lived([
      welcome({ offers: [offer("o", summary("a"))] }),
      { type: "offer_ended", offer_id: "o", outcome },
    ]);
  expect(ended("declined").missed).toBeNull();
  expect(ended("expired").missed?.offer_id).toBe("o");
  const next = lived([{ type: "offer_made", offer: offer("p", summary("b")) }], ended("expired"));
  expect(next.missed).toBeNull();
});
