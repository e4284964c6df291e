/** Splits a command into words as a shell does, without expansion; undefined if a quote is not closed. */
export function splitWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  const piece = /\s*((?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+)\s*/gy;
  while (piece.lastIndex < command.length) {
    const start = piece.lastIndex;
    const [, word] = piece.exec(command) ?? [];
    if (word === undefined) return command.slice(start).trim() === '' ? words : undefined;
    words.push(unquote(word));
  }
  return words;
}

function unquote(word: string): string {
  return word.replaceAll(
    /\\([\s\S])|"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'/g,
    (_, escaped?: string, double?: string, single?: string) =>
      escaped ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? '',
  );
}

/** The inverse: a command line that a shell splits into exactly these words. */
export function quoteWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
