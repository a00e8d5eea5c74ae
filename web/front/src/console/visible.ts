import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { ConversationSummary } from "../client/wire.gen";

/** Tells which rows of a list are on screen, each time that changes. Rows carry `data-id`. */
export function useVisible(
  list: RefObject<HTMLElement | null>,
  rows: readonly ConversationSummary[],
  tell: (conversation_ids: string[]) => void,
): void {
  const key = rows.map((row) => row.conversation_id).join();
  useEffect(() => {
    const element = list.current;
    if (!element) {
      tell([]);
      return;
    }
    const shown = new Set<string>();
    const watcher = new IntersectionObserver(
      (changes) => {
        for (const { target, isIntersecting } of changes) {
          const id = (target as HTMLElement).dataset.id;
          if (!id) continue;
          if (isIntersecting) shown.add(id);
          else shown.delete(id);
        }
        tell([...shown]);
      },
      { root: element, rootMargin: "200px 0px" },
    );
    for (const row of element.querySelectorAll("[data-id]")) watcher.observe(row);
    return () => {
      watcher.disconnect();
      tell([]);
    };
  }, [key]);
}
