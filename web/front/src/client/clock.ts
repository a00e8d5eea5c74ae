import { useEffect, useState } from "preact/hooks";

/** The page's time in ms, read anew every `every_ms` while the component is on screen. */
export function useNow(every_ms = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
