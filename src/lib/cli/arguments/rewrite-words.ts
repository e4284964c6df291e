import { UserError, type Problem } from '../../errors.ts';
import type { CommandShape } from './command-shape.ts';
import { findNearest } from '../../did-you-mean.ts';
import { findFlag, readSwitch, spellSwitch, switchValues } from './switches.ts';
import type { Word } from './option-string.ts';

/** The words of the first dialect as positionals and flags. Throws one UserError with every problem. */
export function rewriteWords(words: readonly Word[], command: CommandShape): string[] {
  const result = new Rewriting(command);
  for (const [index, word] of words.entries()) {
    if (word.key === undefined) result.addBare(word.value, index === 0);
    else result.addPair(word.key, word.value);
  }
  return result.finish();
}

class Rewriting {
  readonly #command: CommandShape;
  readonly #positionals: string[] = [];
  readonly #flags: string[] = [];
  readonly #problems: Problem[] = [];
  #hasInstance = false;

  constructor(command: CommandShape) {
    this.#command = command;
  }

  /**
   * The first word is the first positional. A later one is a switch if it names one, else the positional, one more of
   * them, or the instance.
   */
  addBare(value: string, isFirst: boolean): void {
    const [positional] = this.#command.positionals;
    const isOpen = positional !== undefined && this.#positionals[0] === undefined;
    const spelled = isFirst && isOpen ? undefined : spellSwitch(this.#command, value, true);
    if (spelled !== undefined) this.#flags.push(...spelled);
    else if (isOpen) this.#positionals[0] = value;
    else if (this.#command.isOpenEnded) this.#positionals.push(value);
    else this.#addInstance(value);
  }

  addPair(key: string, value: string): void {
    const position = this.#command.positionals.indexOf(key.replaceAll('_', '-'));
    const flag = findFlag(this.#command, key);
    if (flag === undefined && position !== -1) this.#addPositional(position, key, value);
    else if (flag === undefined) this.#addNegated(key, value);
    else if (flag.isSwitch || (flag.isValueOptional && readSwitch(value) !== undefined)) this.#addSwitch(key, value);
    else this.#flags.push(`--${flag.name}=${value}`);
  }

  finish(): string[] {
    const missing = this.#command.positionals.filter(
      (_, index) => index < this.#positionals.length && this.#positionals[index] === undefined,
    );
    this.#problems.push(...missing.map((name) => ({ where: name, message: 'is missing' })));
    if (this.#problems.length === 0) return [...this.#positionals, ...this.#flags];
    throw new UserError(`wrong usage of ${this.#command.id.replaceAll(':', ' ')}`, {
      code: 'WRONG_USAGE',
      problems: this.#problems,
      suggestions: [`"dockerops help ${this.#command.id.replaceAll(':', ' ')}" shows its options`],
    });
  }

  #addInstance(value: string): void {
    const flag = findFlag(this.#command, 'instance');
    if (flag === undefined || this.#hasInstance) {
      this.#problems.push(this.#surplus(value));
      return;
    }
    this.#hasInstance = true;
    this.#flags.push(`--instance=${value}`);
  }

  #addPositional(position: number, key: string, value: string): void {
    if (this.#positionals[position] === undefined) this.#positionals[position] = value;
    else this.#problems.push({ where: key, message: `is given twice: ${this.#positionals[position]} and ${value}` });
  }

  /** `no_wait=True` is `wait=False`. */
  #addNegated(key: string, value: string): void {
    if (spellSwitch(this.#command, key, true) === undefined) this.#problems.push(this.#unknown(key));
    else this.#addSwitch(key, value);
  }

  #addSwitch(key: string, value: string): void {
    const isOn = readSwitch(value);
    if (isOn === undefined)
      this.#problems.push({
        where: key,
        message: `is a switch and cannot be "${value}"`,
        suggestion: `use one of ${switchValues}`,
      });
    else this.#flags.push(...(spellSwitch(this.#command, key, isOn) ?? []));
  }

  #surplus(value: string): Problem {
    const flag = findFlag(this.#command, value);
    if (flag !== undefined) return { where: value, message: 'needs a value', suggestion: `write ${value}=…` };
    const nearest = findNearest(
      value,
      this.#command.flags.filter(({ isSwitch }) => isSwitch).map(({ name }) => name.replaceAll('-', '_')),
    );
    return {
      where: value,
      message: 'is an unexpected word',
      ...(nearest !== undefined && { suggestion: `did you mean ${nearest}?` }),
    };
  }

  #unknown(key: string): Problem {
    const nearest = findNearest(
      key,
      [...this.#command.flags.map(({ name }) => name), ...this.#command.positionals].map((name) =>
        name.replaceAll('-', '_'),
      ),
    );
    return {
      where: key,
      message: 'is not an option of this command',
      ...(nearest !== undefined && { suggestion: `did you mean ${nearest}?` }),
    };
  }
}
