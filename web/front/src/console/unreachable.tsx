import { useEffect, useState } from "preact/hooks";
import { Button } from "../client/ui/button";
import { EmptyState } from "../client/ui/empty";
import { wifiOff } from "../client/ui/icons";
import "./console.css";

const AGAIN_MS = 5_000;

/** The console could not even ask who is signed in. Tries again by itself. */
export function Unreachable({ message, retry }: { message: string; retry: () => Promise<void> }) {
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
        title="The desk does not answer"
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
