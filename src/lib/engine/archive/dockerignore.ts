import { UserError } from '../../errors.ts';
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

export function parseDockerignore(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap(parseLine);
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

function parseLine(line: string, index: number): Rule[] {
  // A comment starts in the first column; ` #x` is a pattern.
  if (line.startsWith('#')) return [];
  const text = line.trim();
  const exception = text.startsWith('!');
  const pattern = cleanPath(exception ? text.slice(1).trim() : text);
  if (text === '!') throw noPattern(text, index + 1);
  return pattern === '' ? [] : [{ pattern, exception, matches: toMatcher(pattern, index + 1) }];
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

function toMatcher(pattern: string, line: number): Rule['matches'] {
  const where = `.dockerignore, line ${line}`;
  if (pattern.length > maxPatternLength)
    throw new UserError(`${where}: a pattern has at most ${maxPatternLength} characters`, {
      code: 'DOCKERIGNORE_INVALID',
    });
  if (!isPattern(pattern)) throw noPattern(pattern, line);
  try {
    return ignorePattern(pattern);
  } catch (cause) {
    throw noPattern(pattern, line, cause);
  }
}

function noPattern(pattern: string, line: number, cause?: unknown): UserError {
  return new UserError(`.dockerignore, line ${String(line)}: "${pattern}" is not a pattern`, {
    code: 'DOCKERIGNORE_INVALID',
    suggestions: ['write a \\ before a [ or a \\ that is part of a name'],
    cause,
  });
}

/** Docker refuses a set that is empty or has no end, and a backslash at the end. */
function isPattern(pattern: string): boolean {
  return /^(?:\\.|[^\\[]|\[(?!\^\])\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\])*$/su.test(pattern);
}
