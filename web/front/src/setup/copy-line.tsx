import { useState } from "preact/hooks";
import { Button } from "../client/ui/button";
import { check } from "../client/ui/icons";
import "./copy-line.css";
import { COPY } from "./paths";

/** One line to take elsewhere, with a button that copies it. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  const [done, setDone] = useState<"" | "copied" | "refused">("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone("copied");
    } catch {
      // Browsers keep the clipboard from pages without TLS.
      setDone("refused");
    }
  };
  return (
    <div class="copy-line">
      <input
        dir="ltr"
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button size="s" icon={done === "copied" ? check : COPY} onClick={() => void copy()}>
        {done === "copied" ? "Copied" : "Copy"}
      </Button>
      {done === "refused" && (
        <p class="field-hint" role="status">
          The browser does not let us copy here: select the line and copy it yourself.
        </p>
      )}
    </div>
  );
}
