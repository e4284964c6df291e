import { join, relative, sep } from 'node:path';
import { readBoundedText } from '../bounded-file.ts';
import { quoteWords } from '../shell-words.ts';
import { findRepository } from './git-index.ts';

export interface NotIgnored {
  readonly text: string;
  /** A command. */
  readonly fix: string;
}

/** What is of this machine alone, and git would commit: it may hold secrets. Undefined outside a repository too. */
export function notIgnored(directory: string): NotIgnored | undefined {
  const repository = findRepository(directory);
  if (repository === undefined) return undefined;
  const steps = relative(repository.top, directory).split(sep).filter(Boolean);
  const directories = [repository.top, ...steps.map((_, index) => join(repository.top, ...steps.slice(0, index + 1)))];
  const files = [join(repository.git, 'info', 'exclude'), ...directories.map((each) => join(each, '.gitignore'))];
  const patterns = files.flatMap(patternsOf);
  const names = [
    { name: 'host.conf', line: 'host.conf' },
    { name: '.dockerops', line: '.dockerops/' },
    { name: 'data_x', line: 'data_*/' },
  ].filter(({ name }) => !patterns.some((pattern) => matches(pattern, name)));
  if (names.length === 0) return undefined;
  const lines = names.map(({ line }) => line);
  return {
    text: `git would commit what is of this machine alone: ${lines.join(', ')}`,
    fix: `${quoteWords(['printf', String.raw`%s\n`, ...lines])} >> ${quoteWords([join(directory, '.gitignore')])}`,
  };
}

function patternsOf(file: string): readonly string[] {
  try {
    const lines = readBoundedText(file).split('\n');
    return lines.map((line) => line.trim()).filter((line) => line !== '' && !/^[#!]/.test(line));
  } catch {
    return [];
  }
}

/** Of a pattern of git, what is compared with one name: its last part, with `*` and `?`. */
function matches(pattern: string, name: string): boolean {
  const last = pattern.split('/').filter(Boolean).at(-1) ?? '';
  const expression = last
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  try {
    return new RegExp(`^${expression}$`).test(name);
  } catch {
    return false;
  }
}
