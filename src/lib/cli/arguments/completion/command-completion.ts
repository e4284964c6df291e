import type { CommandShape, FlagShape } from '../command-shape.ts';
import type { Candidate, DescribedCommand, Nameable } from './candidate.ts';

const switchWords = ['True', 'False'];

/** Completes what follows a command: its positionals, flags and their values. */
export class CommandCompletion {
  readonly #command: DescribedCommand;
  readonly #shape: CommandShape;
  readonly #names: Nameable;

  constructor(command: DescribedCommand, shape: CommandShape, names: Nameable) {
    this.#command = command;
    this.#shape = shape;
    this.#names = names;
  }

  /** `run:postgres,inst`: completes the last piece of the text after the colon. */
  nextPiece(text: string): readonly Candidate[] {
    const comma = text.lastIndexOf(',') + 1;
    const [before, piece] = [text.slice(0, comma), text.slice(comma)];
    const service = serviceIn(text.split(',')[0] ?? '');
    const [, key] = /^([a-z][\w-]*)=/.exec(piece) ?? [];
    if (key === undefined) return prefixed(before, this.#pieces(comma === 0, piece));
    const values = this.#valuesOf(key, piece.slice(key.length + 1), comma === 0 ? undefined : service);
    return prefixed(`${before}${key}=`, values);
  }

  /** At first only names; options if there are no names, or when one has been started. */
  #pieces(isFirst: boolean, piece: string): readonly Candidate[] {
    const positionals = isFirst ? this.#positionals(0, piece) : [];
    return positionals.length > 0 && piece === '' ? positionals : [...positionals, ...this.#keys(piece !== '')];
  }

  /** `run postgres --inst`: completes the last of the words after the command. `text`: what follows a colon in it. */
  nextWord(text: string, rest: readonly string[]): readonly Candidate[] {
    const [current = '', before = ''] = [rest.at(-1), rest.at(-2)];
    const given = [...(text === '' ? [] : [text.split(',')[0] ?? '']), ...this.#bareWords(rest.slice(0, -1))];
    const service = given[0] === undefined ? undefined : serviceIn(given[0]);
    const waiting = this.#valueFlag(before);
    if (waiting !== undefined) return this.#valuesOf(waiting.name, current, service);
    const [, name] = /^--([a-z][\w-]*)=/.exec(current) ?? [];
    if (name !== undefined)
      return prefixed(`--${name}=`, this.#valuesOf(name, current.slice(name.length + 3), service));
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

  /** The name of an argument or flag says what it can contain. */
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

/** Undefined for words that name no service, such as `all`. */
function serviceIn(word: string): string | undefined {
  return word === 'all' || word === 'reallyall' || word.includes('=') ? undefined : word;
}

function prefixed(prefix: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.map((candidate) => ({ ...candidate, word: prefix + candidate.word }));
}
