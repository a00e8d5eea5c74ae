import { useEffect, useState } from "preact/hooks";

/**
 * A display on a wall: the whole screen, large, without what needs a hand. `#wall` in the address
 * opens it at once, for a screen without a keyboard.
 */
export function useWall(): { on: boolean; toggle: () => void } {
  const [on, setOn] = useState(() => location.hash === "#wall");
  useEffect(() => {
    // Escape leaves full screen without telling the page anything else.
    const left = () => document.fullscreenElement === null && setOn(false);
    document.addEventListener("fullscreenchange", left);
    return () => document.removeEventListener("fullscreenchange", left);
  }, []);
  useEffect(() => {
    document.documentElement.toggleAttribute("data-wall", on);
    if (!on) return;
    const lock = keepAwake();
    const leave = (event: KeyboardEvent) => event.key === "Escape" && setOn(false);
    document.addEventListener("keydown", leave);
    return () => {
      document.removeEventListener("keydown", leave);
      void lock.then((held) => held?.release());
    };
  }, [on]);
  const toggle = () => {
    if (on) void document.exitFullscreen?.().catch(() => undefined);
    // Where the browser refuses the whole screen, the large layout is still of use.
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
    setOn(!on);
  };
  return { on, toggle };
}

/** Keeps the screen from going dark; null where the browser cannot or will not. */
function keepAwake(): Promise<WakeLockSentinel | null> {
  return navigator.wakeLock?.request("screen").catch(() => null) ?? Promise.resolve(null);
}
