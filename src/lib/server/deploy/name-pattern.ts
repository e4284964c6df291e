/** One character of a name, or with `*` any text. */
type Token = '*' | ((character: string) => boolean);

/** Whether a name fits a pattern with `*`, `?` and `[a-c]`, as shells have them. */
export function fitsPattern(pattern: string, name: string): boolean {
  const tokens = [...(pattern.match(/\[[^\][]+\]|./gs) ?? [])].map(toToken);
  // How far into the name the tokens so far may reach.
  let reached = new Set([0]);
  for (const token of tokens) reached = new Set([...reached].flatMap((at) => after(token, name, at)));
  return reached.has(name.length);
}

function after(token: Token, name: string, at: number): readonly number[] {
  if (token === '*') return Array.from({ length: name.length - at + 1 }, (_, more) => at + more);
  const character = name[at];
  return character !== undefined && token(character) ? [at + 1] : [];
}

function toToken(text: string): Token {
  if (text === '*') return '*';
  if (text === '?') return () => true;
  const [, not = '', members] = /^\[([!^]?)(.+)\]$/s.exec(text) ?? [];
  if (members === undefined) return (character) => character === text;
  const ranges = [...members.matchAll(/(.)-(.)|(.)/gs)].map(([, from, to, one]) => [one ?? from, one ?? to] as const);
  return (character) => ranges.some(([from = '', to = '']) => from <= character && character <= to) === (not === '');
}
