import { onDemand } from '../../lazy.ts';

/** Longer ones match no path. */
export const maxPatternLength = 4096;

/** With more wildcards a regular expression could try them in a great many combinations. */
const maxInExpression = 2;

/** In a longer path two wildcards are too many. */
const maxForExpression = 300;

const tokens = /\*\*\/?|\*|\?|\\.|\[\^?(?:\\.|[^\]\\]){1,4096}\]|[^]/g;

/** A path with the directories that it is in: `a`, `a/b`, `a/b/c`. */
export type Ancestry = readonly string[];

/** Whether a path or a directory that it is in matches a pattern of a `.dockerignore`. A SyntaxError for no pattern. */
export function ignorePattern(pattern: string): (ancestry: Ancestry) => boolean {
  const matches = [...pattern.matchAll(tokens)];
  const pieces = matches.map(([token], index) => pieceOf(token, index === matches.length - 1));
  const isSimple = pieces.filter(({ kind }) => kind !== 'one').length <= maxInExpression;
  const expression = new RegExp(`^${pieces.map(({ source }) => source).join('')}$`, 's');
  const slow = onDemand(() => automaton(pieces));
  return (ancestry) => {
    const path = ancestry.at(-1) ?? '';
    return isSimple && path.length <= maxForExpression ? ancestry.some((each) => expression.test(each)) : slow()(path);
  };
}

/** `one` matches one character. `folders` is `**` and a slash, which also match nothing. */
type Piece = { readonly kind: 'one' | 'in a name' | 'folders' | 'rest'; readonly source: string };

function pieceOf(token: string, isLast: boolean): Piece {
  if (token.startsWith('**')) return isLast ? { kind: 'rest', source: '.*' } : { kind: 'folders', source: '(?:.*/)?' };
  if (token === '*') return { kind: 'in a name', source: '[^/]*' };
  if (token === '?') return { kind: 'one', source: '[^/]' };
  if (token.length > 1 && token.startsWith('[')) return { kind: 'one', source: token };
  const literal = token.length > 1 ? token.slice(1) : token;
  return { kind: 'one', source: literal.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&') };
}

/** A state of the automaton: where it goes without a character, and with one. */
interface State {
  readonly jumps: readonly number[];
  readonly stays: (char: string) => boolean;
  readonly steps: (char: string) => boolean;
}

const never = (): boolean => false;
const always = (): boolean => true;

/**
 * Also true where a slash follows what matches. Takes steps of the length of the pattern for each character of a path,
 * whatever the pattern is.
 */
function automaton(pieces: readonly Piece[]): (path: string) => boolean {
  const states: State[] = [];
  for (const piece of pieces) states.push(...statesOf(piece, states.length));
  return (path) => {
    let reached = reach([0], states);
    for (const char of path.split('')) {
      if (char === '/' && reached.has(states.length)) return true;
      const next: number[] = [];
      for (const at of reached) {
        const state = states[at];
        if (state?.stays(char) === true) next.push(at);
        if (state?.steps(char) === true) next.push(at + 1);
      }
      reached = reach(next, states);
    }
    return reached.has(states.length);
  };
}

function statesOf({ kind, source }: Piece, at: number): readonly State[] {
  if (kind === 'rest') return [{ jumps: [at + 1], stays: always, steps: never }];
  if (kind === 'in a name') return [{ jumps: [at + 1], stays: (char) => char !== '/', steps: never }];
  if (kind === 'folders')
    return [
      { jumps: [at + 1, at + 2], stays: never, steps: never },
      { jumps: [], stays: always, steps: (char) => char === '/' },
    ];
  const expression = new RegExp(`^${source}$`, 's');
  return [{ jumps: [], stays: never, steps: (char) => expression.test(char) }];
}

/** With all states that are reached without a character. */
function reach(from: readonly number[], states: readonly State[]): ReadonlySet<number> {
  const reached = new Set(from);
  // A set that grows while it is walked is walked to its new end.
  for (const at of reached) for (const to of states[at]?.jumps ?? []) reached.add(to);
  return reached;
}
