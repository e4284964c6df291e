import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import { blankHashComments, findTooDeep } from './comments.ts';
import { type PlaceAt, placesIn } from './source-place.ts';
import { commaExpected, syntaxMessage } from './syntax-messages.ts';

/** The text of a conf file, parsed, with the place where each value is written. */
export interface ConfText {
  readonly file: string;
  readonly text: string;
  readonly placeAt: PlaceAt;
  readonly root: Node | undefined;
  /** Syntax errors; the tree is what could be parsed of the rest. */
  readonly problems: readonly Problem[];
  /** True when the tree has everything although there are problems: only commas are missing. */
  readonly isWhole: boolean;
}

const maxProblems = 5;
/** So many are looked at. */
const maxErrors = 1000;
const maxDepth = 50;
/** Enough for 10,000 instances. */
const maxCharacters = 4 * 1024 * 1024;

/**
 * Parses JSON with `#` and `//` comments and trailing commas. Offsets in the tree are those of the text. Messages about
 * a secret text show nothing of it.
 */
export function parseConfText(file: string, text: string, isSecret = false): ConfText {
  const placeAt = placesIn(file, text);
  const excess = excessIn(text, placeAt);
  if (excess !== undefined) return { file, text, placeAt, root: undefined, problems: [excess], isWhole: false };
  const errors: ParseError[] = [];
  const blanked = blankHashComments(text);
  const options = { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true };
  const root = parseTree(blanked, errors, options);
  const placed = errors.slice(0, maxErrors).map((error) => ({ where: placeAt(error.offset), error }));
  const problems = firstOfEachLine(placed)
    .slice(0, maxProblems)
    .map(({ where, error }) => ({ where, ...syntaxMessage(error, blanked, isSecret) }));
  return {
    file,
    text,
    placeAt,
    root,
    problems,
    isWhole: errors.every(({ error }) => error === commaExpected),
  };
}

/** What would take long, or overflow. */
function excessIn(text: string, placeAt: PlaceAt): Problem | undefined {
  if (text.length > maxCharacters)
    return {
      where: placeAt(0),
      message: `the file has ${text.length} characters; the limit is ${maxCharacters}`,
      suggestion: 'make it smaller',
    };
  const offset = findTooDeep(text, maxDepth);
  if (offset === undefined) return undefined;
  return {
    where: placeAt(offset),
    message: `values are nested more than ${maxDepth} deep`,
    suggestion: 'write fewer brackets inside of each other',
  };
}

/** Further errors on a line mostly come from the first. */
function firstOfEachLine<T extends { readonly where: string }>(errors: readonly T[]): readonly T[] {
  const lines = new Set<string>();
  return errors.filter(({ where }) => {
    const line = where.slice(0, where.lastIndexOf(':'));
    const isFirst = !lines.has(line);
    lines.add(line);
    return isFirst;
  });
}
