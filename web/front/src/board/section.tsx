import type { ComponentChildren } from "preact";
import { IconButton } from "../client/ui/button";
import { download as downloadIcon } from "../client/ui/icons";
import { type Cell, csv } from "./csv";
import "./section.css";

/** A table as a file: what stands on the screen now. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

interface SectionProps {
  /** The anchor and the file's name. */
  name: string;
  title: string;
  /** A number beside the title. */
  count: number;
  /** Made when somebody downloads it. */
  table: () => Table;
  tools?: ComponentChildren;
  children: ComponentChildren;
}

/** One of the board's parts: a heading, what can be done, and its rows. */
export function Section({ name, title, count, table, tools, children }: SectionProps) {
  return (
    <section class={`section section-${name}`} id={name} aria-labelledby={`${name}-title`}>
      <header class="section-head">
        <h2 id={`${name}-title`}>
          {title} <span class="section-count numeric">{count}</span>
        </h2>
        {tools}
        <IconButton
          class="section-download"
          icon={downloadIcon}
          label={`Download ${title.toLowerCase()} as CSV`}
          size="s"
          onClick={() => save(name, table())}
        />
      </header>
      {children}
    </section>
  );
}

function save(name: string, { header, rows }: Table): void {
  // The mark at the start tells spreadsheets that the file is UTF-8.
  const file = new Blob([`\uFEFF${csv(header, rows)}`], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${name}-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
