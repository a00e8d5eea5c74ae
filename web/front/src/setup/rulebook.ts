/** Rules of priority: how one reads, and changes to their list. */

import type { Condition, Op, Rule } from "./kinds";

export const MOST_RULES = 100;
export const MOST_CONDITIONS = 10;

export const PRIORITIES = ["Low", "Normal", "High", "Urgent"] as const;

/** What a condition may look at, with the words for it. */
export const FIELDS: readonly (readonly [field: string, words: string])[] = [
  ["page.url", "Page address"],
  ["page.title", "Page title"],
  ["topic", "Topic"],
  ["language", "Language"],
  ["channel", "Channel"],
  ["customer.name", "Customer's name"],
  ["customer.email", "Customer's email"],
  ["customer.vip", "Customer is a VIP"],
  ["organisation.name", "Organisation's name"],
  ["organisation.vip", "Organisation is a VIP"],
];

/** "attribute:plan" looks at what the site has signed for the customer … */
export const ATTRIBUTE = "attribute:";
/** … and "attribute:page.plan" at what the page says, which anybody could make it say. */
export const PAGE_ATTRIBUTE = "attribute:page.";

/** The beginning of a condition on an attribute, before the attribute's own name; empty for other fields. */
export function prefixOf(field: string): string {
  return [PAGE_ATTRIBUTE, ATTRIBUTE].find((prefix) => field.startsWith(prefix)) ?? "";
}

export const OPS: readonly (readonly [op: Op, words: string])[] = [
  ["is", "is"],
  ["is_not", "is not"],
  ["contains", "contains"],
  ["starts_with", "starts with"],
  ["ends_with", "ends with"],
  ["exists", "is given"],
];

export function isYesNo(field: string): boolean {
  return field.endsWith(".vip");
}

/** A rule in a sentence: "When page address contains “/checkout” and customer is a VIP". */
export function say(rule: Rule): string {
  if (rule.when.length === 0) return "Always";
  return `When ${rule.when.map(sayCondition).join(" and ")}`;
}

function sayCondition({ field, op, value }: Condition): string {
  const name = sayField(field);
  if (isYesNo(field)) return isYes({ field, op, value }) ? name : name.replace(" is ", " is not ");
  const verb = OPS.find(([known]) => known === op)?.[1] ?? op;
  return op === "exists" ? `${name} ${verb}` : `${name} ${verb} “${value}”`;
}

/** Whether a condition on a yes or no asks for the yes. */
export function isYes({ op, value }: Condition): boolean {
  if (op === "exists") return true;
  return (value.toLowerCase() === "true") === (op !== "is_not");
}

function sayField(field: string): string {
  const known = FIELDS.find(([name]) => name === field)?.[1];
  if (known) return known.charAt(0).toLowerCase() + known.slice(1);
  const prefix = prefixOf(field);
  const whose = prefix === PAGE_ATTRIBUTE ? "page's attribute" : "customer's attribute";
  return prefix === "" ? field : `${whose} “${field.slice(prefix.length)}”`;
}

/** A condition that looks at another field, and keeps what still makes sense. */
export function withField(condition: Condition, field: string): Condition {
  if (isYesNo(field)) return { field, op: "is", value: "true" };
  if (isYesNo(condition.field)) return { field, op: "contains", value: "" };
  return { ...condition, field };
}

export const NEW_CONDITION: Condition = { field: "page.url", op: "contains", value: "" };
export const NEW_RULE: Rule = { name: "", priority: 2, when: [NEW_CONDITION] };
