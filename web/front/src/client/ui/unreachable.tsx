import { useEffect, useState } from "preact/hooks";
import { Button } from "./button";
import { EmptyState } from "./empty";
import { wifiOff } from "./icons";
import "./unreachable.css";

const AGAIN_MS = 5_000;

interface UnreachableProps {
  title: string;
  /** Why, in a sentence. */
  message: string;
  retry: () => Promise<void>;
}

/** A page could not even ask who is signed in. Tries again by itself. */
export function Unreachable({ title, message, retry }: UnreachableProps) {
  const [busy, setBusy] = useState(false);
  const again = () => {
    setBusy(true);
    void retry().finally(() => setBusy(false));
  };
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="unreachable">
      <EmptyState
        icon={wifiOff}
        title={title}
        action={
          <Button kind="primary" busy={busy} onClick={again}>
            Try now
          </Button>
        }
      >
        {message} We keep trying every few seconds.
      </EmptyState>
    </main>
  );
}
