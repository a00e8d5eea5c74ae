import { useEffect, useRef, useState } from "preact/hooks";
import { Badge, type Tone } from "../client/ui/badge";
import { Button, IconButton } from "../client/ui/button";
import { EmptyState } from "../client/ui/empty";
import { Select, TextField } from "../client/ui/field";
import { chevronDown, chevronUp, close, flag, plus, trash } from "../client/ui/icons";
import { Editor } from "./editor";
import { useForm, useFormOf } from "./form";
import type { Condition, Op, Rule, RuleBook } from "./kinds";
import { moved, replaced, without } from "./lists";
import {
  ATTRIBUTE,
  FIELDS,
  isYes,
  isYesNo,
  MOST_CONDITIONS,
  MOST_RULES,
  NEW_CONDITION,
  NEW_RULE,
  OPS,
  PAGE_ATTRIBUTE,
  PRIORITIES,
  prefixOf,
  say,
  withField,
} from "./rulebook";
import "./rules.css";

const TONES: readonly Tone[] = ["neutral", "neutral", "warn", "bad"];

/** Which priority a conversation begins with: the list of rules, in the order in which they decide. */
export function RulesPage() {
  const form = useFormOf({ part: "rules", id: "" });
  if (form === null) return null;
  return (
    <Editor form={form} title="Rules of priority">
      <RuleList />
    </Editor>
  );
}

function RuleList() {
  const form = useForm<RuleBook>();
  const { rules } = form.value;
  const may = form.may("rules");
  const [open, setOpen] = useState<number | null>(null);
  const [told, setTold] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const grip = useRef<{ at: number; way: string } | null>(null);
  const set = (next: readonly Rule[]) => form.set({ rules: next });
  const move = (from: number, to: number) => {
    const next = moved(rules, from, to);
    if (next === rules) return;
    const way = (document.activeElement as HTMLElement | null)?.dataset.way;
    if (way) grip.current = { at: to, way };
    setOpen((now) => (now === from ? to : now === to ? from : now));
    setTold(`${rules[from]?.name || "The rule"} is number ${to + 1} of ${rules.length} now.`);
    set(next);
  };
  useEffect(() => {
    // Whoever moves a rule with the keyboard goes on moving that rule.
    const { at, way } = grip.current ?? {};
    grip.current = null;
    if (at === undefined) return;
    const row = list.current?.children[at];
    const wanted = row?.querySelector<HTMLButtonElement>(`[data-way="${way}"]:not(:disabled)`);
    (wanted ?? row?.querySelector<HTMLButtonElement>(`${MOVERS}:not(:disabled)`))?.focus();
  });
  return (
    <>
      <p class="rules-about">
        The first rule whose conditions all hold decides how urgent a new conversation is. Higher
        priorities are served first, whenever they came.
      </p>
      {rules.length === 0 && (
        <EmptyState icon={flag} title="No rules yet">
          What stands below goes for everybody.
        </EmptyState>
      )}
      <ol class="rules" ref={list}>
        {rules.map((rule, index) => (
          // Two rules may be alike in everything but their place.
          <RuleRow
            key={index}
            {...{ rule, index, may }}
            count={rules.length}
            open={open === index}
            fault={form.fault(`rule-${index}`)}
            onOpen={() => setOpen(open === index ? null : index)}
            onMove={(to) => move(index, to)}
            onChange={(next) => set(replaced(rules, index, next))}
            onDelete={() => {
              setOpen(null);
              set(without(rules, index));
            }}
          />
        ))}
      </ol>
      {may && rules.length < MOST_RULES && (
        <div>
          <Button
            icon={plus}
            onClick={() => {
              setOpen(rules.length);
              set([...rules, NEW_RULE]);
            }}
          >
            Add rule
          </Button>
        </div>
      )}
      <div class="rule rule-last">
        <span class="rule-text">
          <span class="rule-name">Without a rule</span>
          <span class="rule-when">
            A VIP, or anybody of a VIP organisation, is high. Everybody else is normal.
          </span>
        </span>
      </div>
      <p class="unseen" role="status">
        {told}
      </p>
    </>
  );
}

const MOVERS = ".rule-acts [data-way]";

interface RuleRowProps {
  rule: Rule;
  index: number;
  count: number;
  may: boolean;
  open: boolean;
  fault: string | undefined;
  onOpen: () => void;
  onMove: (to: number) => void;
  onChange: (rule: Rule) => void;
  onDelete: () => void;
}

function RuleRow(props: RuleRowProps) {
  const { rule, index, count, may, open, fault, onOpen, onMove, onChange, onDelete } = props;
  const name = rule.name || "New rule";
  const steer = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!may || !event.altKey || step === undefined) return;
    event.preventDefault();
    onMove(index + step);
  };
  const text = (
    <>
      <span class="rule-number numeric">{index + 1}</span>
      <span class="rule-text">
        <bdi class="rule-name">{name}</bdi>
        <span class="rule-when" dir="auto">
          {say(rule)}
        </span>
      </span>
      <Badge tone={TONES[rule.priority]}>{PRIORITIES[rule.priority]}</Badge>
    </>
  );
  if (!may) return <li class="rule">{text}</li>;
  return (
    <li class="rule" data-open={open || undefined} data-wrong={fault ? true : undefined}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys pass through from its buttons */}
      <div class="rule-head" onKeyDown={steer}>
        <button
          type="button"
          class="rule-open"
          data-way="open"
          aria-expanded={open}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
          onClick={onOpen}
        >
          {text}
        </button>
        <div class="rule-acts">
          <IconButton
            icon={chevronUp}
            size="s"
            data-way="up"
            label={`Move ${name} up`}
            disabled={index === 0}
            onClick={() => onMove(index - 1)}
          />
          <IconButton
            icon={chevronDown}
            size="s"
            data-way="down"
            label={`Move ${name} down`}
            disabled={index === count - 1}
            onClick={() => onMove(index + 1)}
          />
          <IconButton icon={trash} size="s" label={`Delete ${name}`} onClick={onDelete} />
        </div>
      </div>
      {fault && (
        <p class="field-error" role="alert">
          {fault}
        </p>
      )}
      {open && <RuleFields rule={rule} onChange={onChange} />}
    </li>
  );
}

function RuleFields({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) {
  const put = (change: Partial<Rule>) => onChange({ ...rule, ...change });
  return (
    <div class="rule-fields">
      <div class="pair">
        <TextField
          label="Name"
          value={rule.name}
          maxlength={120}
          autocomplete="off"
          autofocus={rule.name === ""}
          placeholder="Checkout first"
          onInput={(name) => put({ name })}
        />
        <Select
          label="Priority"
          value={String(rule.priority)}
          options={PRIORITIES.map((label, value) => ({ value: String(value), label }))}
          onChange={(value) => put({ priority: Number(value) })}
        />
      </div>
      <fieldset class="conditions">
        <legend class="field-label">When all of this holds</legend>
        {rule.when.length === 0 && <p class="field-hint">Nothing asked for: it always applies.</p>}
        {rule.when.map((condition, index) => (
          <ConditionFields
            // A condition is known by its place alone.
            key={index}
            condition={condition}
            onChange={(next) => put({ when: replaced(rule.when, index, next) })}
            onDelete={() => put({ when: without(rule.when, index) })}
          />
        ))}
        {rule.when.length < MOST_CONDITIONS && (
          <div>
            <Button
              size="s"
              icon={plus}
              onClick={() => put({ when: [...rule.when, NEW_CONDITION] })}
            >
              Add condition
            </Button>
          </div>
        )}
      </fieldset>
    </div>
  );
}

interface ConditionFieldsProps {
  condition: Condition;
  onChange: (condition: Condition) => void;
  onDelete: () => void;
}

const FIELD_OPTIONS = [
  ...FIELDS.map(([value, label]) => ({ value, label })),
  { value: ATTRIBUTE, label: "Customer's attribute…" },
  { value: PAGE_ATTRIBUTE, label: "Page's attribute…" },
];
const OP_OPTIONS = OPS.map(([value, label]) => ({ value, label }));
const YES_NO = [
  { value: "true", label: "yes" },
  { value: "false", label: "no" },
];

function ConditionFields({ condition, onChange, onDelete }: ConditionFieldsProps) {
  const { field, op, value } = condition;
  const prefix = prefixOf(field);
  const put = (change: Partial<Condition>) => onChange({ ...condition, ...change });
  return (
    <div class="condition">
      <Select
        label="What"
        hideLabel
        value={prefix || field}
        options={FIELD_OPTIONS}
        onChange={(next) => onChange(withField(condition, next))}
      />
      {prefix !== "" && (
        <TextField
          label="Name of the attribute"
          hideLabel
          placeholder="plan"
          value={field.slice(prefix.length)}
          maxlength={64}
          autocomplete="off"
          onInput={(key) => put({ field: `${prefix}${key.trim()}` })}
        />
      )}
      {isYesNo(field) ? (
        <Select
          label="Yes or no"
          hideLabel
          value={String(isYes(condition))}
          options={YES_NO}
          onChange={(next) => put({ op: "is", value: next })}
        />
      ) : (
        <>
          <Select
            label="How"
            hideLabel
            value={op}
            options={OP_OPTIONS}
            onChange={(next) => put({ op: next as Op })}
          />
          {op !== "exists" && (
            <TextField
              label="Which text"
              hideLabel
              placeholder={field === "page.url" ? "/checkout" : ""}
              value={value}
              maxlength={300}
              autocomplete="off"
              onInput={(next) => put({ value: next })}
            />
          )}
        </>
      )}
      <IconButton icon={close} size="s" label="Take this condition away" onClick={onDelete} />
    </div>
  );
}
