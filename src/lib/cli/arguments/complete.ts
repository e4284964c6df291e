import { shapeOf, type CommandShape, type FlagShape, type ManifestCommand } from './command-shape.ts';
import { findCommand, isTopic } from './find-command.ts';

/** What oclif's manifest says of a command, as far as completing needs it. */
export interface DescribedCommand extends ManifestCommand {
  readonly description?: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly args?: Readonly<Record<string, Described>> | undefined;
  readonly flags?: Readonly<Record<string, Described & { readonly type: string }>> | undefined;
}
interface Described {
  readonly description?: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly options?: readonly string[] | undefined;
  readonly helpGroup?: string | undefined;
}

/** What can be named here; asked for only when it is needed. */
export interface Nameable {
  services(): readonly string[];
  /** Of one service, or of all. */
  instances(service: string | undefined): readonly string[];
  groups(): readonly string[];
  confs(): readonly string[];
  operatingSystems(): readonly string[];
  /** Files that begin so; directories end with a slash. */
  files(start: string): readonly string[];
}

/** A whole word, and what it is about. One that ends with `=`, `:` or `/` goes on. */
export interface Candidate {
  readonly word: string;
  readonly about?: string | undefined;
}

/**
 * How words may go on, in both dialects. `words` are those after the program's name; the last is the one at the cursor,
 * maybe empty.
 */
export function completeWords(
  words: readonly string[],
  commands: readonly DescribedCommand[],
  names: Nameable,
): readonly Candidate[] {
  const visible = commands.filter(({ hidden }) => hidden !== true);
  const shapes = visible.map(shapeOf);
  const typed = withoutLeadingFlags(words, shapes);
  if (typed === undefined) return [];
  const current = words.at(-1) ?? '';
  return candidates(typed, visible, shapes, names).filter(({ word }) => word.startsWith(current) && word !== '');
}

function candidates(
  words: readonly string[],
  commands: readonly DescribedCommand[],
  shapes: readonly CommandShape[],
  names: Nameable,
): readonly Candidate[] {
  const [first = '', second] = words;
  if (words.includes('--') && words.at(-1) !== '--') return [];
  if (second === undefined)
    return first.includes(':') ? afterColon(words, commands, shapes, names) : commandWords(commands);
  if (first === 'help') return words.length === 2 ? commandWords(commands) : [];
  if (words.length === 2 && isTopic(first, shapes)) return subcommands(first, commands, '');
  const found = findCommand(words, shapes);
  return found === undefined
    ? []
    : new Completion(commandOf(found.command, commands), found.command, names).nextWord(found.text, found.rest);
}

/** Undefined where the last word is the value of such a flag. */
function withoutLeadingFlags(
  words: readonly string[],
  [shape]: readonly CommandShape[],
): readonly string[] | undefined {
  const [first = '', ...rest] = words;
  if (!first.startsWith('-') || rest.length === 0) return words;
  const takesValue =
    shape?.flags.some(
      ({ name, char, isSwitch }) => !isSwitch && (first === `--${name}` || first === `-${char ?? ''}`),
    ) === true;
  if (takesValue && rest.length === 1) return undefined;
  return withoutLeadingFlags(takesValue ? rest.slice(1) : rest, shape === undefined ? [] : [shape]);
}

function commandWords(commands: readonly DescribedCommand[]): readonly Candidate[] {
  const own = commands
    .filter(({ id }) => !id.includes(':'))
    .map(({ id, description }) => ({ word: id, about: description }));
  const topics = [...new Set(commands.flatMap(({ id }) => (id.includes(':') ? [id.slice(0, id.indexOf(':'))] : [])))];
  return [...own, ...topics.map((word) => ({ word })), { word: 'help' }].sort((a, b) => (a.word < b.word ? -1 : 1));
}

function subcommands(topic: string, commands: readonly DescribedCommand[], prefix: string): readonly Candidate[] {
  return commands
    .filter(({ id }) => id.startsWith(`${topic}:`))
    .map(({ id, description }) => ({ word: prefix + id.slice(topic.length + 1), about: description }));
}

/** `dns:p`, `run:po`, `run:postgres,inst`: what is completed is the piece behind the last colon or comma. */
function afterColon(
  words: readonly string[],
  commands: readonly DescribedCommand[],
  shapes: readonly CommandShape[],
  names: Nameable,
): readonly Candidate[] {
  const [typed = ''] = words;
  const topic = typed.slice(0, typed.indexOf(':'));
  const found = findCommand(words, shapes);
  if (found === undefined) return subcommands(topic, commands, `${topic}:`);
  const prefix = typed.slice(0, typed.length - found.text.length);
  return new Completion(commandOf(found.command, commands), found.command, names)
    .nextPiece(found.text)
    .map((candidate) => ({ ...candidate, word: prefix + candidate.word }));
}

function commandOf({ id }: CommandShape, commands: readonly DescribedCommand[]): DescribedCommand {
  return commands.find((command) => command.id === id) ?? { id };
}

const switchWords = ['True', 'False'];

class Completion {
  readonly #command: DescribedCommand;
  readonly #shape: CommandShape;
  readonly #names: Nameable;

  constructor(command: DescribedCommand, shape: CommandShape, names: Nameable) {
    this.#command = command;
    this.#shape = shape;
    this.#names = names;
  }

  /** The first dialect: `text` stands behind the colon. */
  nextPiece(text: string): readonly Candidate[] {
    const comma = text.lastIndexOf(',') + 1;
    const [before, piece] = [text.slice(0, comma), text.slice(comma)];
    const service = serviceIn(text.split(',')[0] ?? '');
    const [, key] = /^([a-z][\w-]*)=/.exec(piece) ?? [];
    const all =
      key === undefined
        ? this.#pieces(comma === 0, piece)
        : this.#valuesOf(key, piece.slice(key.length + 1), comma === 0 ? undefined : service).map((one) => ({
            ...one,
            word: `${key}=${one.word}`,
          }));
    return all.map((one) => ({ ...one, word: before + one.word }));
  }

  /** What can be named first is what is meant mostly; options show when nothing can, or when one is begun. */
  #pieces(isFirst: boolean, piece: string): readonly Candidate[] {
    const positionals = isFirst ? this.#positionals(0, piece) : [];
    return positionals.length > 0 && piece === '' ? positionals : [...positionals, ...this.#keys(piece !== '')];
  }

  /** The second dialect: `rest` are the words after the command, the last one at the cursor. */
  nextWord(text: string, rest: readonly string[]): readonly Candidate[] {
    const [current = '', before = ''] = [rest.at(-1), rest.at(-2)];
    const given = [...(text === '' ? [] : [text.split(',')[0] ?? '']), ...this.#bareWords(rest.slice(0, -1))];
    const service = given[0] === undefined ? undefined : serviceIn(given[0]);
    const waiting = this.#valueFlag(before);
    if (waiting !== undefined) return this.#valuesOf(waiting.name, current, service);
    const [, name] = /^--([a-z][\w-]*)=/.exec(current) ?? [];
    if (name !== undefined)
      return this.#valuesOf(name, current.slice(name.length + 3), service).map((one) => ({
        ...one,
        word: `--${name}=${one.word}`,
      }));
    return current.startsWith('-') ? this.#flagWords() : this.#positionals(given.length, current);
  }

  #bareWords(words: readonly string[]): readonly string[] {
    return words.filter(
      (word, index) => !word.startsWith('-') && this.#valueFlag(words[index - 1] ?? '') === undefined,
    );
  }

  #valueFlag(word: string): FlagShape | undefined {
    return this.#shape.flags.find(
      ({ name, char, isSwitch }) => !isSwitch && (word === `--${name}` || (char !== undefined && word === `-${char}`)),
    );
  }

  #positionals(index: number, start: string): readonly Candidate[] {
    const name = this.#shape.positionals[index];
    if (name === undefined) return [];
    const { options } = this.#command.args?.[name] ?? {};
    return this.#named(name, options, start, undefined);
  }

  #keys(withShared: boolean): readonly Candidate[] {
    return this.#visible()
      .filter(({ isShared }) => withShared || !isShared)
      .map(({ name, isSwitch, about }) => ({ word: `${name.replaceAll('-', '_')}${isSwitch ? '' : '='}`, about }));
  }

  #flagWords(): readonly Candidate[] {
    return this.#visible().flatMap(({ name, isNegatable, about }) => [
      { word: `--${name}`, about },
      ...(isNegatable ? [{ word: `--no-${name}`, about: `not: ${about ?? ''}` }] : []),
    ]);
  }

  #visible(): readonly (FlagShape & { readonly about: string | undefined; readonly isShared: boolean })[] {
    return this.#shape.flags.flatMap((flag) => {
      const { description, hidden, helpGroup } = this.#command.flags?.[flag.name] ?? {};
      return hidden === true ? [] : [{ ...flag, about: description, isShared: helpGroup === 'GLOBAL' }];
    });
  }

  #valuesOf(key: string, start: string, service: string | undefined): readonly Candidate[] {
    const flag = this.#shape.flags.find(({ name }) => name === key.replaceAll('_', '-'));
    if (flag?.isSwitch === true) return switchWords.map((word) => ({ word }));
    return flag === undefined ? [] : this.#named(flag.name, this.#command.flags?.[flag.name]?.options, start, service);
  }

  /** By what it is called, an argument or flag tells what can be named in it. */
  #named(
    name: string,
    options: readonly string[] | undefined,
    start: string,
    service: string | undefined,
  ): readonly Candidate[] {
    const kinds: Readonly<Record<string, () => readonly string[]>> = {
      target: () => [...this.#names.services(), 'all'],
      service: () => this.#names.services(),
      instance: () => this.#names.instances(service),
      group: () => this.#names.groups(),
      conf: () => this.#names.confs(),
      os: () => this.#names.operatingSystems(),
      file: () => this.#names.files(start),
      directory: () => this.#names.files(start),
      'project-dir': () => this.#names.files(start),
    };
    return (options ?? kinds[name]?.() ?? []).map((word) => ({ word }));
  }
}

/** `all` is no service. */
function serviceIn(word: string): string | undefined {
  return word === 'all' || word === 'reallyall' || word.includes('=') ? undefined : word;
}
