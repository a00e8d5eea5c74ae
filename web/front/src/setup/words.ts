/** How settings are said. */

import type { Role } from "../client/wire.gen";
import type { Strategy, Team } from "./kinds";

export const ROLES: Readonly<Record<Role, { name: string; about: string }>> = {
  agent: { name: "Agent", about: "Answers the chats of their teams." },
  supervisor: { name: "Supervisor", about: "Sees every chat and the board, and can step in." },
  admin: { name: "Admin", about: "Does all that, and sets up the desk." },
};

export const STRATEGIES: Readonly<Record<Strategy, { name: string; about: string }>> = {
  least_loaded: {
    name: "Least loaded",
    about: "Whoever carries the fewest chats; on a tie, whoever has been idle longest.",
  },
  longest_idle: {
    name: "Longest idle",
    about: "Whoever has gone longest without a new chat, while they have room.",
  },
  round_robin: { name: "In turn", about: "One after the other, whoever has room." },
  most_skilled: {
    name: "Most skilled",
    about: "Whoever has the highest level in the skills that the chat asks for.",
  },
};

export const ASSIGNMENTS: Readonly<Record<Team["assignment"], { name: string; about: string }>> = {
  automatic: { name: "Automatic", about: "A chat goes straight to the agent." },
  offered: { name: "Offered", about: "The agent is asked, and may decline." },
};

/** Units in which settings are typed, in seconds. */
export const UNITS = { seconds: 1, minutes: 60, days: 86_400 } as const;
export type Unit = keyof typeof UNITS;

export function names(list: readonly string[]): string {
  return list.join(", ");
}
