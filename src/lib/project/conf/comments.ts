/** Strings and comments; in a string `#` begins no comment. A string that is not closed ends with its line. */
const piece = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|^\uFEFF/g;

/** Replaces `#` comments and a byte order mark by spaces, so that places in the text stay the same. */
export function blankHashComments(text: string): string {
  return text.replaceAll(piece, (found) =>
    found.startsWith('#') || found === '\uFEFF' ? ' '.repeat(found.length) : found,
  );
}

/** Replaces all comments by spaces; lines stay lines. */
export function blankComments(text: string): string {
  return text.replaceAll(piece, (found) => (found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' ')));
}
