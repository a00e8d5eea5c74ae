const REACHABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/** Keeps Tab inside: from the last place to the first, and back. */
export function holdFocus(event: KeyboardEvent, root: HTMLElement | null): void {
  if (event.key !== "Tab" || event.defaultPrevented || !root) return;
  const places = [...root.querySelectorAll<HTMLElement>(REACHABLE)].filter(
    (place) => place.offsetParent !== null,
  );
  const edge = event.shiftKey ? places[0] : places.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? places.at(-1) : places[0])?.focus();
}
