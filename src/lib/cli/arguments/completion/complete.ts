import { isUnsafe } from '../../render/terminal-text.ts';
import { shapeOf, type CommandShape } from '../command-shape.ts';
import { findCommand, isTopic } from '../find-command.ts';
import type { Candidate, DescribedCommand, Nameable } from './candidate.ts';
import { CommandCompletion } from './command-completion.ts';

/** Everything that can be completed: the visible commands, in two forms, and the names of the project. */
interface Catalog {
  readonly commands: readonly DescribedCommand[];
  readonly shapes: readonly CommandShape[];
  readonly names: Nameable;
}

/**
 * Completes the last word of a command line, in both dialects. `words` are those after the program's name; the last one
 * may be empty.
 */
export function completeWords(
  words: readonly string[],
  commands: readonly DescribedCommand[],
  names: Nameable,
): readonly Candidate[] {
  const visible = commands.filter(({ hidden }) => hidden !== true);
  const catalog = { commands: visible, shapes: visible.map(shapeOf), names };
  const typed = withoutLeadingFlags(words, catalog.shapes[0]);
  if (typed === undefined) return [];
  const current = words.at(-1) ?? '';
  return candidates(typed, catalog).filter(({ word }) => word.startsWith(current) && word !== '' && !isUnsafe(word));
}

function candidates(words: readonly string[], catalog: Catalog): readonly Candidate[] {
  const { commands, shapes } = catalog;
  const [first = '', second] = words;
  if (words.includes('--') && words.at(-1) !== '--') return [];
  if (second === undefined) return first.includes(':') ? afterColon(first, catalog) : commandWords(commands);
  if (first === 'help') return words.length === 2 ? commandWords(commands) : [];
  if (words.length === 2 && isTopic(first, shapes)) return subcommands(first, commands, '');
  const found = findCommand(words, shapes);
  return found === undefined ? [] : completionOf(found.command, catalog).nextWord(found.text, found.rest);
}

/** `dns:p`, `run:po`, `run:postgres,inst`: completes the part after the last colon or comma. */
function afterColon(typed: string, catalog: Catalog): readonly Candidate[] {
  const found = findCommand([typed], catalog.shapes);
  const topic = typed.slice(0, typed.indexOf(':'));
  if (found === undefined) return subcommands(topic, catalog.commands, `${topic}:`);
  const prefix = typed.slice(0, typed.length - found.text.length);
  return completionOf(found.command, catalog)
    .nextPiece(found.text)
    .map((candidate) => ({ ...candidate, word: prefix + candidate.word }));
}

function completionOf(shape: CommandShape, { commands, names }: Catalog): CommandCompletion {
  const command = commands.find(({ id }) => id === shape.id) ?? { id: shape.id };
  return new CommandCompletion(command, shape, names);
}

/**
 * Every command has the leading flags, so `shape` may be any. Undefined if the last word is the value of such a flag.
 */
function withoutLeadingFlags(words: readonly string[], shape: CommandShape | undefined): readonly string[] | undefined {
  const [first = '', ...rest] = words;
  if (!first.startsWith('-') || rest.length === 0) return words;
  const valueFlags = shape?.flags.filter(({ isSwitch }) => !isSwitch) ?? [];
  const takesValue = valueFlags.some(({ name, char }) => first === `--${name}` || first === `-${char ?? ''}`);
  if (takesValue && rest.length === 1) return undefined;
  return withoutLeadingFlags(takesValue ? rest.slice(1) : rest, shape);
}

function commandWords(commands: readonly DescribedCommand[]): readonly Candidate[] {
  const own = commands
    .filter(({ id }) => !id.includes(':'))
    .map(({ id, description }) => ({ word: id, about: description }));
  const topics = commands.filter(({ id }) => id.includes(':')).map(({ id }) => id.slice(0, id.indexOf(':')));
  const words = [...own, ...[...new Set(topics)].map((word) => ({ word })), { word: 'help' }];
  return words.sort((a, b) => (a.word < b.word ? -1 : 1));
}

function subcommands(topic: string, commands: readonly DescribedCommand[], prefix: string): readonly Candidate[] {
  return commands
    .filter(({ id }) => id.startsWith(`${topic}:`))
    .map(({ id, description }) => ({ word: prefix + id.slice(topic.length + 1), about: description }));
}
