import type { InstanceLine } from '../../observe/merge-logs.ts';
import type { Style } from './style.ts';
import { oneLine, terminalText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';

const colours = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'blueBright',
] as const;

/**
 * Lines of several instances as their programs wrote them, escape sequences included, each prefixed with its instance's
 * key in that instance's colour:
 * ```
 * db-main  | ready to accept connections
 * web-main | GET /
 * ```
 */
export class LogLines {
  readonly #style: Style;
  readonly #times: boolean;
  readonly #prefixes = new Map<string, string>();
  #width: number;

  /** `keys`: instances known at the start, so that all prefixes have the same width. */
  constructor(style: Style, keys: readonly string[], options: { readonly times: boolean } = { times: false }) {
    this.#style = style;
    this.#times = options.times;
    this.#width = Math.max(0, ...keys.map((key) => textWidth(oneLine(key))));
  }

  render({ key, time, text }: InstanceLine): string {
    return `${this.#prefix(key)} ${this.#times ? `${terminalText(this.#style.dim(time))} ` : ''}${text}\n`;
  }

  #prefix(key: string): string {
    const shown = oneLine(key);
    const width = textWidth(shown);
    if (width > this.#width) this.#prefixes.clear();
    this.#width = Math.max(this.#width, width);
    const known = this.#prefixes.get(key);
    if (known !== undefined) return known;
    const padding = ' '.repeat(this.#width - width);
    const prefix = terminalText(this.#style[colourOf(key)](`${shown}${padding} |`));
    this.#prefixes.set(key, prefix);
    return prefix;
  }
}

/** Depends on the key alone, so that an instance has the same colour in every command. */
function colourOf(key: string): (typeof colours)[number] {
  const sum = [...key].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
  return colours[sum % colours.length] ?? 'cyan';
}

/** One JSON object a line, each with the version of its schema. */
export function logDocument({ key, time, stream, text }: InstanceLine): string {
  return `${JSON.stringify({ schema: 'dockerops/log/1', key, time, stream, text })}\n`;
}
