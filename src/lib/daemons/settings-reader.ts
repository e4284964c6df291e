import { UserError, type Problem } from '../errors.ts';
import { parseSeconds } from '../project/conf/quantities.ts';
import type { DocumentPart } from './document-reader.ts';
import type { ListenAddress } from './pages.ts';

export interface SettingsSources<Name extends string> {
  readonly flags: Partial<Readonly<Record<Name, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Variables of a setting, the strongest first. An empty one counts as absent. */
  readonly variablesOf: (name: Name) => readonly string[];
  /** The settings file; its keys are the names with `_` for `-`. */
  readonly file?: DocumentPart | undefined;
}

/** A value of a setting and the place that gives it: `--node`, `OPERATOR_NODE`, `operator.json:3:5`. */
export interface Given {
  readonly value: unknown;
  readonly where: string;
  /** The rank of its source: 0 is the flag. */
  readonly rank: number;
}

const switches: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
  no: false,
};
const requiredMessage = 'is required';

/** Settings of a daemon: a flag beats a variable, which beats the file. Collects everything that is wrong. */
export class SettingsReader<Name extends string> {
  readonly problems: Problem[] = [];
  readonly #sources: SettingsSources<Name>;

  constructor(sources: SettingsSources<Name>) {
    this.#sources = sources;
  }

  /** Every source that gives the setting, the strongest first. */
  all(name: Name): readonly Given[] {
    const { flags, environment, variablesOf, file } = this.#sources;
    const part = file?.member(keyOf(name));
    const variables = variablesOf(name).map((variable) => {
      const value = environment[variable];
      return { value: value === '' ? undefined : value, where: variable };
    });
    return [{ value: flags[name], where: `--${name}` }, ...variables, { value: part?.value, where: part?.place ?? '' }]
      .map((given, rank) => ({ ...given, rank }))
      .filter(({ value }) => value !== undefined);
  }

  strongest(name: Name): Given | undefined {
    return this.all(name)[0];
  }

  text(name: Name): string | undefined {
    const found = this.strongest(name);
    if (found === undefined || typeof found.value === 'string') return found?.value as string | undefined;
    return this.fail(found.where, `${name} must be text in double quotes`);
  }

  requiredText(name: Name): string | undefined {
    const text = this.text(name);
    if (text === undefined) this.fail(`--${name}`, requiredMessage);
    return text;
  }

  switch(name: Name, usual: boolean): boolean {
    const found = this.strongest(name);
    const word = ['string', 'number', 'boolean'].includes(typeof found?.value)
      ? String(found?.value).toLowerCase()
      : '';
    const value = Object.hasOwn(switches, word) ? switches[word] : undefined;
    if (found !== undefined && value === undefined) this.fail(found.where, `${name} must be true or false`);
    return value ?? usual;
  }

  /** `range` in words: `from 1s to 10m`. */
  seconds(name: Name, { min, max, usual, range, like }: SecondsRange): number {
    const found = this.strongest(name);
    if (found === undefined) return usual;
    const { value } = found;
    const seconds = typeof value === 'string' || typeof value === 'number' ? parseSeconds(value) : undefined;
    if (seconds !== undefined && seconds >= min && seconds <= max) return seconds;
    this.fail(found.where, `${name} is ${JSON.stringify(value)}; it must be a time ${range}`, `write it like ${like}`);
    return usual;
  }

  /** Where the pages are; undefined: `off`. */
  listen(name: Name, usual: string): ListenAddress | undefined {
    const text = this.text(name) ?? usual;
    if (text === 'off') return undefined;
    const [, bracketed, plain = '', port = ''] =
      /^(?:(?:\[([\da-fA-F:]+)\]|([^\s:/[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
    if (port !== '' && Number(port) <= 65_535)
      return { host: bracketed ?? (plain === '' ? '127.0.0.1' : plain), port: Number(port) };
    return this.failAt(name, `"${text}" is not an address to listen on`, `write it like ${usual}, or off`);
  }

  /** Whether a stronger source gives `other`. */
  isWeaker(name: Name, other: Name): boolean {
    return (this.strongest(other)?.rank ?? Infinity) < (this.strongest(name)?.rank ?? Infinity);
  }

  /** Blames the source that gives the setting. */
  failAt(name: Name, message: string, suggestion?: string): undefined {
    return this.fail(this.strongest(name)?.where ?? `--${name}`, message, suggestion);
  }

  fail(where: string, message: string, suggestion?: string): undefined {
    this.problems.push({ where, message, ...(suggestion === undefined ? {} : { suggestion }) });
    return undefined;
  }
}

interface SecondsRange {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
  readonly range: string;
  readonly like: string;
}

/** The key of a setting in the file: `ca_file` for `ca-file`. */
export function keyOf(name: string): string {
  return name.replaceAll('-', '_');
}

/** The error of a daemon whose settings are wrong; `usage` is shown when one that is required is missing. */
export function settingsError(daemon: string, problems: readonly Problem[], usage: string): UserError {
  const code = `${daemon.toUpperCase()}_SETTINGS`;
  const advice = problems.some(({ message }) => message === requiredMessage) ? [usage] : [];
  const [only, ...others] = problems;
  if (only?.where?.startsWith('--') !== true || others.length > 0)
    return new UserError(`the ${daemon} cannot start, because`, { code, problems, suggestions: advice });
  const { where = '', message, suggestion } = only;
  // The flag names the setting already.
  const name = `${where.slice(2)} `;
  const text = message.startsWith(name) ? message.slice(name.length) : message;
  return new UserError(`${where} ${text}`, {
    code,
    suggestions: [...(suggestion === undefined ? [] : [suggestion]), ...advice],
  });
}
