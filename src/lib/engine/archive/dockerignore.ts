import { UserError, type Problem } from '../../errors.ts';
import { type Ancestry, ignorePattern, maxPatternLength } from './ignore-pattern.ts';

/**
 * The patterns of a `.dockerignore` by Docker's rules, which are not git's: a pattern is rooted at the context, `**`
 * matches any depth, the last match wins, and a match of a directory holds for everything below it that no `!` pattern
 * re-includes.
 */
export interface IgnoreRules {
  /** True when there are `!` patterns, so that ignored directories have to be read, too. */
  readonly hasExceptions: boolean;
  ignores(path: string): boolean;
  /** True when a `!` pattern names something below this directory. */
  namesBelow(directory: string): boolean;
}

interface Rule {
  readonly pattern: string;
  readonly exception: boolean;
  readonly matches: (ancestry: Ancestry) => boolean;
}

/** `file` is the name in places. Throws a UserError with every line that is no pattern. */
export function parseDockerignore(text: string, file = '.dockerignore'): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const problems: Problem[] = [];
  const rules = lines.flatMap((line, index) => {
    const read = parseLine(line);
    if (!Array.isArray(read)) problems.push({ where: `${file}:${String(index + 1)}:1`, ...read });
    return Array.isArray(read) ? read : [];
  });
  if (problems.length > 0) throw new UserError(`${file} is not valid`, { code: 'DOCKERIGNORE_INVALID', problems });
  return {
    namesBelow: (directory) => rules.some((rule) => rule.exception && rule.pattern.startsWith(`${directory}/`)),
    hasExceptions: rules.some((rule) => rule.exception),
    ignores: (path) => rules.length > 0 && isIgnored(rules, ancestry(path)),
  };
}

function isIgnored(rules: readonly Rule[], path: readonly string[]): boolean {
  let ignored = false;
  for (const rule of rules) {
    if (rule.exception === ignored && rule.matches(path)) ignored = !rule.exception;
  }
  return ignored;
}

/** `a/b/c` -> `a`, `a/b`, `a/b/c`. */
function ancestry(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

type Complaint = Pick<Problem, 'message' | 'suggestion'>;

function parseLine(line: string): Rule[] | Complaint {
  // A comment starts in the first column; ` #x` is a pattern.
  if (line.startsWith('#')) return [];
  const text = line.trim();
  const exception = text.startsWith('!');
  const pattern = cleanPath(exception ? text.slice(1).trim() : text);
  if (text === '!') return noPattern(text);
  if (pattern === '') return [];
  const matches = toMatcher(pattern);
  return typeof matches === 'function' ? [{ pattern, exception, matches }] : matches;
}

/** `./a//b/../c/` -> `a/c`; backslashes are escapes here, not separators. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function toMatcher(pattern: string): Rule['matches'] | Complaint {
  if (pattern.length > maxPatternLength)
    return { message: `a pattern has at most ${maxPatternLength} characters`, suggestion: 'shorten it with * or **' };
  if (!isPattern(pattern)) return noPattern(pattern);
  try {
    return ignorePattern(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return noPattern(pattern);
  }
}

function noPattern(pattern: string): Complaint {
  const suggestion = 'write a \\ before a [ or a \\ that is part of a name';
  return { message: `"${pattern}" is not a pattern`, suggestion: pattern === '!' ? 'write !<path>' : suggestion };
}

/** Docker refuses a set that is empty or has no end, and a backslash at the end. */
function isPattern(pattern: string): boolean {
  return /^(?:\\.|[^\\[]|\[(?!\^\])\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\])*$/su.test(pattern);
}
