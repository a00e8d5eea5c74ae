/** What must be mended before a thing can be saved, by field. The server has the last word. */

import type { NewPerson } from "./blank";
import { CAPACITY, type Measure, TEAM_NUMBERS, WEIGHT } from "./bounds";
import { faultOf as hoursFault, isZone } from "./hours";
import {
  type Condition,
  FRESH,
  type Kinds,
  type Part,
  type Person,
  type RuleBook,
  type Site,
  type Team,
} from "./kinds";
import { faultOf as numberFault } from "./numbers";
import type { Place } from "./place";
import { isYesNo, prefixOf } from "./rulebook";

export type Faults = Readonly<Record<string, string>>;

const NAME_LENGTH = 120;
const PASSWORD_LENGTH = 10;
const ORIGIN = /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$/i;

const CHECKS: { readonly [P in Part]: (thing: Kinds[P], fresh: boolean) => Faults } = {
  teams: teamFaults,
  people: personFaults,
  rules: rulesFaults,
  sites: siteFaults,
};

/**
 * What is wrong with a thing. What the server has already stands there by its leave, and hinders nobody
 * from changing something else.
 *
 * @param truth the thing as the server has it
 */
export function faults<P extends Part>(
  { part, id }: Place & { part: P },
  thing: Kinds[P],
  truth: Kinds[P],
): Faults {
  const fresh = id === FRESH;
  const known = fresh ? {} : CHECKS[part](truth, fresh);
  const found = Object.entries(CHECKS[part](thing, fresh));
  return Object.fromEntries(found.filter(([field, text]) => text !== "" && text !== known[field]));
}

function nameFault(name: string): string {
  if (name.trim() === "") return "A name is needed.";
  return name.length > NAME_LENGTH ? `At most ${NAME_LENGTH} characters.` : "";
}

function measureFault(value: unknown, measure: Measure): string {
  return numberFault(value, measure, measure.scale, measure.unit);
}

function teamFaults(team: Team): Faults {
  const numbers = Object.entries(TEAM_NUMBERS).map(([field, measure]) => [
    field,
    measureFault(team[field as keyof Team], measure),
  ]);
  const weights = Object.values(team.weights).map((weight) => measureFault(weight, WEIGHT));
  const days = Object.values(team.hours ?? {}).map((intervals) => hoursFault(intervals));
  const overflow = team.overflow_team_id !== null && team.overflow_seconds === null;
  return {
    ...(Object.fromEntries(numbers) as Faults),
    ...(overflow && { overflow_seconds: "Say after how long." }),
    name: nameFault(team.name),
    weights: weights.find(Boolean) ?? "",
    hours: days.some(Boolean) ? "Mend the hours above." : "",
    time_zone: isZone(team.time_zone) ? "" : "This time zone is not known. Try Europe/Zurich.",
  };
}

function personFaults(person: Person, fresh: boolean): Faults {
  const { password = "" } = person as Partial<NewPerson>;
  const short = fresh && password.length < PASSWORD_LENGTH;
  return {
    name: nameFault(person.name),
    email: /^[^@\s]+@[^@\s]+$/.test(person.email) ? "" : "This is not an email address.",
    password: short ? `At least ${PASSWORD_LENGTH} characters.` : "",
    capacity: measureFault(person.capacity, CAPACITY),
  };
}

function rulesFaults({ rules }: RuleBook): Faults {
  const found = rules.map((rule, index) => {
    const bare = rule.name.trim() === "" ? "Give the rule a name." : "";
    return [`rule-${index}`, bare || (rule.when.map(conditionFault).find(Boolean) ?? "")];
  });
  return Object.fromEntries(found) as Faults;
}

function conditionFault({ field, op, value }: Condition): string {
  if (isUnnamed(field)) return "An attribute's name is made of letters, digits, - and _.";
  const bare = op !== "exists" && !isYesNo(field) && value.trim() === "";
  return bare ? "Fill in what each condition looks for." : "";
}

function isUnnamed(field: string): boolean {
  const prefix = prefixOf(field);
  return prefix !== "" && !/^[A-Za-z0-9_-]{1,60}$/.test(field.slice(prefix.length));
}

function siteFaults(site: Site, fresh: boolean): Faults {
  const wrong = site.origins.find((origin) => !ORIGIN.test(origin));
  const keys = site.topics.map((topic) => topic.key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  const bare = site.topics.some((topic) => !topic.key || topic.label.trim() === "");
  const topics = bare ? "Give each topic a label and a key." : "";
  return {
    name: nameFault(site.name),
    key: !fresh || /^[A-Za-z0-9_-]{3,64}$/.test(site.key) ? "" : "3 to 64 letters, digits, - or _.",
    color: /^#[0-9a-f]{6}$/i.test(site.color) ? "" : "A colour is like #1f6feb.",
    origins: wrong === undefined ? "" : `“${wrong}” is not like https://shop.example.com.`,
    topics: twice === undefined ? topics : `Two topics have the key “${twice}”.`,
  };
}
