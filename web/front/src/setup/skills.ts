/** Skills with their levels, and which there are. */

import type { Person, Site, Skills } from "./kinds";

export const LEVELS = [1, 2, 3, 4, 5] as const;
export const USUAL_LEVEL = 3;

/** Every skill that somebody has or a topic asks for, by name. */
export function known(people: readonly Person[], sites: readonly Site[]): readonly string[] {
  const all = [
    ...people.map((person) => person.skills),
    ...sites.flatMap((site) => site.topics.map((topic) => topic.skills)),
  ];
  return [...new Set(all.flatMap(Object.keys))].sort((one, other) => one.localeCompare(other));
}

/** With one skill more; in lower case, as the server keeps names, so that "Billing" and "billing" meet. */
export function withSkill(skills: Skills, typed: string): Skills {
  const name = typed.trim().replace(/\s+/g, " ").toLowerCase();
  return name === "" || name in skills ? skills : { ...skills, [name]: USUAL_LEVEL };
}

export function withoutSkill(skills: Skills, name: string): Skills {
  return Object.fromEntries(Object.entries(skills).filter(([other]) => other !== name));
}

/** "billing 3, German 5". */
export function say(skills: Skills): string {
  return Object.entries(skills)
    .map(([name, level]) => `${name} ${level}`)
    .join(", ");
}
