import type { Command, Interfaces } from '@oclif/core';
import { findCommand, isTopic, unknownCommand } from './find-command.ts';
import type { CommandShape, ManifestCommand } from './command-shape.ts';

/** What is known about the program at build time; made by scripts/build.mjs. */
export interface Program<CommandClass> {
  readonly pjson: Interfaces.PJSON;
  /** Directory of the package. */
  readonly root: string;
  /** What it takes to find a command and to parse its arguments. */
  readonly manifest: readonly ManifestCommand[];
  /** All that help says, by id. Much text, which is read when it is asked for. */
  readonly commands: () => Readonly<Record<string, Command.Cached>>;
  readonly load: Readonly<Record<string, () => Promise<{ readonly default: CommandClass }>>>;
}

/** Index of `--`: what follows is not parsed. Without it the number of words. */
export function endOfFlags(argv: readonly string[]): number {
  const end = argv.indexOf('--');
  return end === -1 ? argv.length : end;
}

/**
 * The subject of a request for help: `[]` for everything, the words of a command, or undefined if it is no such
 * request. `help run`, `help:run`, `run --help` and `run:x,y -h` are the same.
 */
export function helpSubject(argv: readonly string[], shapes: readonly CommandShape[]): readonly string[] | undefined {
  const [first, ...rest] = argv;
  if (first === undefined) return [];
  const isAsked = argv.slice(0, endOfFlags(argv)).some((word) => word === '--help' || word === '-h');
  const words = argv.filter((word) => !word.startsWith('-'));
  if (/^help(:|$)/.test(first)) return known([...first.split(':').slice(1), ...rest], shapes);
  return isAsked ? known(words, shapes) : undefined;
}

function known(words: readonly string[], shapes: readonly CommandShape[]): readonly string[] {
  const [first] = words;
  if (first === undefined) return [];
  const found = findCommand(words, shapes);
  if (found !== undefined) return found.command.id.split(':');
  if (words.length === 1 && isTopic(first, shapes)) return [first];
  throw unknownCommand(words, shapes);
}
