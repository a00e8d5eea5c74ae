import { useEffect, useState } from "preact/hooks";
import { details as ask, type Details } from "../client/details";
import { Problem } from "../client/http";

/** What stands beside a thread, asked for anew when the conversation changes; the old stays meanwhile. */
export function useDetails(
  conversation_id: string,
  version: number,
): { details: Details | null; problem: string; reload: () => void } {
  const [details, setDetails] = useState<Details | null>(null);
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);
  useEffect(() => {
    const asked = new AbortController();
    setProblem("");
    ask(conversation_id, asked.signal).then(setDetails, (error: unknown) => {
      if (asked.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      setProblem(error.message);
    });
    return () => asked.abort();
  }, [conversation_id, version, round]);
  return { details, problem, reload: () => setRound(round + 1) };
}
