/** One language's words. A key with plural forms stands as `key.one`, `key.few`, `key.other` …. */
export type Words = Readonly<Record<string, string>>;

export interface Voice<K extends string> {
  locale: string;
  dir: "ltr" | "rtl";
  /** The text of a key. `{name}` is filled in from `values`; `n` also picks the plural form. */
  say: (key: K, values?: Readonly<Record<string, string | number>>) => string;
}

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** The keys of a table as they are asked for: plural forms count as one. */
export type Key<T> = Base<keyof T & string>;

type Base<K> = K extends `${infer B}.${"zero" | "one" | "two" | "few" | "many" | "other"}` ? B : K;

/**
 * A voice in the best language there is.
 *
 * @param tables one table a language; English is complete and stands in for what others lack
 * @param wanted languages by preference, as `navigator.languages` has them
 */
export function voice<T extends Words>(
  tables: Readonly<{ en: T } & Record<string, Partial<Record<keyof T, string>>>>,
  wanted: readonly string[],
): Voice<Key<T>> {
  const known = Object.keys(tables);
  const language = pick(known, wanted) ?? "en";
  const spoken = wanted.find((locale) => locale.split("-")[0] === language.split("-")[0]);
  const locale = spoken ?? language;
  const plural = new Intl.PluralRules(locale);
  const find = (key: string) => (tables[language] as Words)?.[key] ?? (tables.en as Words)[key];
  return {
    locale,
    dir: direction(locale),
    say(key, values = {}) {
      const form = typeof values.n === "number" ? `${key}.${plural.select(values.n)}` : key;
      const text = find(form) ?? find(`${key}.other`) ?? find(key) ?? key;
      return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
    },
  };
}

export function direction(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
}

function pick(known: readonly string[], wanted: readonly string[]): string | undefined {
  for (const locale of wanted) {
    const found = known.find((name) => name === locale || name === locale.split("-")[0]);
    if (found) return found;
  }
  return undefined;
}
