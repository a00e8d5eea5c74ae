import { useEffect, useState } from "preact/hooks";

/** Whether somebody looks at this page: it is visible and its window has the focus. */
export function useAttention(): boolean {
  const read = () => document.visibilityState !== "hidden" && document.hasFocus();
  const [attended, setAttended] = useState(read);
  useEffect(() => {
    const changed = () => setAttended(read());
    const events = ["focus", "blur"] as const;
    for (const event of events) window.addEventListener(event, changed);
    document.addEventListener("visibilitychange", changed);
    return () => {
      for (const event of events) window.removeEventListener(event, changed);
      document.removeEventListener("visibilitychange", changed);
    };
  }, []);
  return attended;
}
