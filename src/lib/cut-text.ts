// In place of regular expressions that try each place of a long text again.

/** The text up to the first of these characters. */
export function cutAt(text: string, characters: string): string {
  for (let at = 0; at < text.length; at += 1) if (characters.includes(text.charAt(at))) return text.slice(0, at);
  return text;
}

/** The text without these characters at its end. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
