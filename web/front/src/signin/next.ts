/**
 * Where to go after signing in: a path of this very site, else `home`.
 *
 * `next` is anybody's to write into a link, so it must not lead elsewhere: "//evil.example",
 * "/\evil.example" and "/\t/evil.example" are paths to the eye and other hosts to a browser. So it
 * is resolved as a browser does, and only its path is used.
 */
export function destination(next: string | null, origin: string, home: string): string {
  if (next === null || !next.startsWith("/")) return home;
  try {
    const url = new URL(next, origin);
    if (url.origin !== origin || url.pathname.startsWith("//")) return home;
    // Back to this page would be a circle.
    if (url.pathname === "/signin") return home;
    return url.pathname + url.search + url.hash;
  } catch {
    return home;
  }
}
