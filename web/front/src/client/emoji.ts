const EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier})*|\p{RI}{2}|\s)+$/u;

/** True when a text is only a few emoji, which are drawn large and without a bubble. */
export function isOnlyEmoji(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 24) return false;
  return EMOJI.test(trimmed);
}
