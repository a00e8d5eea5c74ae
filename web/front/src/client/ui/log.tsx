import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "./button";
import { arrowDown } from "./icons";
import "./log.css";
import { WORDS } from "./words";

interface LogProps {
  /** Changes when something is added at the end: the newest line's key. */
  newest: string;
  /** Changes when older lines are put before: the oldest line's key. */
  oldest: string;
  /** Which conversation this is; another one begins at its end. */
  of: string;
  /** There are older lines; asked for when the top comes near. */
  more?: boolean;
  onOlder?: () => void;
  /** Called when the newest line is on screen, and when it is no more. */
  onAtEnd?: (atEnd: boolean) => void;
  /** True when the newest line is one's own: the log then goes to its end whatever was read. */
  own?: boolean;
  label: string;
  children: ComponentChildren;
}

/** How near to the end counts as at the end, in px. */
const NEAR = 60;

/**
 * A thread's scroll. Stays at the end while one is there; else stays where one reads and says that
 * there is something new. Older lines come in above without moving what is on screen.
 */
export function Log(props: LogProps) {
  const { newest, oldest, of, more, onOlder, onAtEnd, own, label, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const before = useRef({ of: "", oldest: "", newest: "", height: 0, atEnd: true });
  const [behind, setBehind] = useState(false);
  const [away, setAway] = useState(false);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const last = before.current;
    if (last.of !== of || last.atEnd || (own && last.newest !== newest)) toEnd(element);
    else if (last.oldest !== oldest) element.scrollTop += element.scrollHeight - last.height;
    else if (last.newest !== newest) setBehind(true);
    before.current = { ...last, of, oldest, newest, height: element.scrollHeight };
  });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // Growing lines, an opening keyboard or a narrower window must not push the end away.
    const watcher = new ResizeObserver(() => before.current.atEnd && toEnd(element));
    watcher.observe(element);
    if (element.firstElementChild) watcher.observe(element.firstElementChild);
    return () => watcher.disconnect();
  }, []);

  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    const atEnd = left < NEAR;
    if (atEnd !== before.current.atEnd) onAtEnd?.(atEnd);
    before.current.atEnd = atEnd;
    setAway(left > element.clientHeight);
    if (atEnd) setBehind(false);
    if (more && element.scrollTop < NEAR * 3) onOlder?.();
  };
  const jump = () => box.current && toEnd(box.current, "smooth");

  return (
    <div class="log">
      <div
        class="log-box"
        ref={box}
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label={label}
        aria-live="polite"
      >
        <div class="log-lines">
          {more && (
            <div class="log-more">
              <Button kind="quiet" size="s" onClick={onOlder}>
                {WORDS.earlier}
              </Button>
            </div>
          )}
          {children}
        </div>
      </div>
      {(behind || away) && (
        <div class="log-newer">
          <Button kind={behind ? "primary" : "secondary"} size="s" icon={arrowDown} onClick={jump}>
            {behind ? WORDS.newer : WORDS.latest}
          </Button>
        </div>
      )}
    </div>
  );
}

function toEnd(element: HTMLElement, behavior: ScrollBehavior = "instant"): void {
  element.scrollTo({ top: element.scrollHeight, behavior });
}
