import type { Preferences } from "../preferences";
import { NEXT_THEME, THEMES, type Theme } from "../theme";
import { moon, sun } from "./icons";
import type { MenuItem } from "./menu";

/** The line of a person's menu that changes between light and dark. */
export function themeItem(preferences: Preferences, theme: Theme): MenuItem {
  return {
    label: "Theme",
    icon: theme === "dark" ? moon : sun,
    aside: THEMES[theme],
    onClick: () => preferences.set({ theme: NEXT_THEME[theme] }),
  };
}
