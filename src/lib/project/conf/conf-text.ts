import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import { blankHashComments } from './comments.ts';
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

/** Parses JSON with `#` and `//` comments and trailing commas. Offsets in the tree are those of the text. */
export function parseConfText(file: string, text: string): ConfText {
  const errors: ParseError[] = [];
  const blanked = blankHashComments(text);
  const options = { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true };
  const root = parseTree(blanked, errors, options);
  const placeAt = placesIn(file, text);
  const problems = errors.map((error) => ({ where: placeAt(error.offset), ...syntaxMessage(error, blanked) }));
  return {
    file,
    text,
    placeAt,
    root,
    problems: firstOfEachLine(problems).slice(0, maxProblems),
    isWhole: errors.every(({ error }) => error === commaExpected),
  };
}

/** Further errors on a line mostly come from the first. */
function firstOfEachLine(problems: readonly (Problem & { readonly where: string })[]): readonly Problem[] {
  const lines = problems.map(({ where }) => where.slice(0, where.lastIndexOf(':')));
  return problems.filter((_, index) => lines.indexOf(lines[index] ?? '') === index);
}
