import { languageName } from "../client/language";

/** Languages by their primary subtags, as the server routes by them. */

const OFTEN =
  "ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ku lo lt lv mk ml mn mr ms mt my nb ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi zh zu";

export interface Language {
  readonly code: string;
  readonly name: string;
}

/** What is suggested, by name. */
export function suggested(locale = "en"): readonly Language[] {
  return OFTEN.split(" ")
    .map((code) => ({ code, name: languageName(code, locale) }))
    .sort((one, other) => one.name.localeCompare(other.name, locale));
}

/** The code that somebody means by "French", "fr" or "fr-CH"; null for neither. */
export function find(typed: string, locale = "en"): string | null {
  const wanted = typed.trim().toLowerCase();
  const named = suggested(locale).find(
    ({ code, name }) =>
      name.toLowerCase() === wanted || languageName(code, code).toLowerCase() === wanted,
  );
  if (named) return named.code;
  const code = /^([a-z]{2,3})(?:[-_].*)?$/.exec(wanted)?.[1];
  return code && languageName(code, locale) !== code ? code : null;
}
