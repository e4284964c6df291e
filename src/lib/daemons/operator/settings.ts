import { UserError, type Problem } from '../../errors.ts';
import { parseSeconds } from '../../project/conf/quantities.ts';
import { readMetadata } from './metadata.ts';
import { parseSettingsFile, type SettingsFile } from './settings-file.ts';
import type { DesiredService } from './desired-state.ts';

export interface ConsulAddress {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** Everything that an operator is told, from flags, environment and file together. */
export interface OperatorSettings {
  readonly node: string;
  readonly consul: ConsulAddress;
  /** False: one pass, then the end. */
  readonly loop: boolean;
  /** How long one question to Consul may stay open. */
  readonly waitSeconds: number;
  readonly prefix: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Absent: no HTTP. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Under which others reach the ports of this node; absent: as the Consul agent says. */
  readonly address?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly verbose: boolean;
  readonly services: readonly DesiredService[];
}

/** Each is a flag, a key of operator.json (with `_` for `-`) and a variable (`OPERATOR_CA_FILE`); some have Consul's own variable, too. */
export const settingNames = [
  'node',
  'consul',
  'loop',
  'wait',
  'metadata',
  'prefix',
  'listen',
  'address',
  'token',
  'token-file',
  'ca-file',
  'cert-file',
  'key-file',
  'verbose',
] as const;
export type SettingName = (typeof settingNames)[number];

const consulVariables: Partial<Readonly<Record<SettingName, string>>> = {
  consul: 'CONSUL_HTTP_ADDR',
  token: 'CONSUL_HTTP_TOKEN',
  'token-file': 'CONSUL_HTTP_TOKEN_FILE',
  'ca-file': 'CONSUL_CACERT',
  'cert-file': 'CONSUL_CLIENT_CERT',
  'key-file': 'CONSUL_CLIENT_KEY',
};

export interface SettingsSources {
  readonly flags: Partial<Readonly<Record<SettingName, string | boolean | undefined>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Its name, for places, and its text. */
  readonly file?: { readonly name: string; readonly text: string };
}

interface Given {
  readonly value: unknown;
  readonly where: string;
}

/** Flags beat the environment, which beats the file. Throws with everything that is wrong. */
export function resolveSettings(sources: SettingsSources): OperatorSettings {
  const file =
    sources.file === undefined
      ? undefined
      : parseSettingsFile(sources.file.name, sources.file.text, settingNames.map(keyOf));
  const reading = new Reading(sources, file);
  const settings = reading.settings();
  const problems = [...(file?.written.problems ?? []), ...reading.problems];
  if (problems.length === 0) return settings;
  throw complaint(problems);
}

function complaint(problems: readonly Problem[]): UserError {
  const usage = problems.some(({ message }) => message === required)
    ? ['dockerops operator --node NAME --consul HOST[:8500], or both in operator.json']
    : [];
  const [only, ...others] = problems;
  if (only?.where?.startsWith('--') !== true || others.length > 0)
    return new UserError('the operator cannot start, because', {
      code: 'OPERATOR_SETTINGS',
      problems,
      suggestions: usage,
    });
  const { where = '', message, suggestion } = only;
  // The flag says already which setting it is.
  const name = `${where.slice(2)} `;
  const text = message.startsWith(name) ? message.slice(name.length) : message;
  return new UserError(`${where} ${text}`, {
    code: 'OPERATOR_SETTINGS',
    suggestions: [...(suggestion === undefined ? [] : [suggestion]), ...usage],
  });
}

export function keyOf(name: SettingName): string {
  return name.replaceAll('-', '_');
}

const required = 'is required';
const nodeForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const maxWait = 600;

class Reading {
  readonly problems: Problem[] = [];
  readonly #sources: SettingsSources;
  readonly #file: SettingsFile | undefined;

  constructor(sources: SettingsSources, file: SettingsFile | undefined) {
    this.#sources = sources;
    this.#file = file;
  }

  settings(): OperatorSettings {
    const text = (name: SettingName): string | undefined => this.#text(name);
    // Consul's own variables say which certificates, and CONSUL_HTTP_SSL whether they are used.
    const secure =
      isTrue(this.#sources.environment['CONSUL_HTTP_SSL']) ||
      (['ca-file', 'cert-file', 'key-file'] as const).some((name) =>
        this.#all(name).some(({ where }) => !where.startsWith('CONSUL_')),
      );
    return {
      node: this.#node(),
      consul: this.#consul(secure),
      loop: this.#switch('loop', true),
      waitSeconds: this.#wait(),
      prefix: (text('prefix') ?? '_wakeful').replaceAll(/^\/+|\/+$/g, ''),
      metadata: this.#metadata(),
      ...this.#listen(),
      ...given({
        address: text('address'),
        token: text('token'),
        tokenFile: this.#isWeaker('token-file', 'token') ? undefined : text('token-file'),
        caFile: text('ca-file'),
        certFile: text('cert-file'),
        keyFile: text('key-file'),
      }),
      verbose: this.#switch('verbose', false),
      services: this.#file?.services ?? [],
    };
  }

  /** Who gives it, the strongest first. */
  #all(name: SettingName): readonly Given[] {
    const { flags, environment } = this.#sources;
    const variables = [`OPERATOR_${keyOf(name).toUpperCase()}`, consulVariables[name]].flatMap((variable) =>
      variable === undefined ? [] : [{ value: environment[variable], where: variable }],
    );
    const key = keyOf(name);
    const all = [
      { value: flags[name], where: `--${name}` },
      ...variables.filter(({ value }) => value !== ''),
      { value: this.#file?.values[key], where: this.#file?.written.placeOf(key) ?? '' },
    ];
    return all.filter(({ value }) => value !== undefined);
  }

  #text(name: SettingName): string | undefined {
    const [found] = this.#all(name);
    if (found === undefined || typeof found.value === 'string') return found?.value as string | undefined;
    return this.#complain(found.where, `${name} must be text in double quotes`);
  }

  /** Whether both are given, and the other one by somebody stronger. */
  #isWeaker(name: SettingName, other: SettingName): boolean {
    const rank = (each: SettingName): number => {
      const where = this.#all(each)[0]?.where;
      return where === undefined
        ? Infinity
        : ['--', 'OPERATOR_', 'CONSUL_', ''].findIndex((start) => where.startsWith(start));
    };
    return rank(other) < rank(name);
  }

  #switch(name: SettingName, usual: boolean): boolean {
    const [found] = this.#all(name);
    const value = { true: true, '1': true, yes: true, false: false, '0': false, no: false }[
      String(found?.value).toLowerCase()
    ];
    if (found !== undefined && value === undefined) this.#complain(found.where, `${name} must be true or false`);
    return value ?? usual;
  }

  #node(): string {
    const node = this.#text('node');
    if (node === undefined) this.#complain('--node', required);
    else if (!nodeForm.test(node))
      this.#complain(
        this.#where('node'),
        `"${node}" cannot be the name of a node: letters, digits, "_", "." and "-", the first a letter or digit`,
        'write it like web-1',
      );
    return node ?? '';
  }

  #consul(secure: boolean): ConsulAddress {
    const text = this.#text('consul');
    const [, scheme, bracketed, plain, port = '8500'] =
      /^(?:(https?):\/\/)?(?:\[([\da-fA-F:]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(text ?? '') ?? [];
    const host = bracketed ?? plain;
    if (text === undefined) this.#complain('--consul', required);
    else if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
      this.#complain(
        this.#where('consul'),
        `"${text}" is not an address of Consul`,
        'write it like 10.0.0.5, consul.example.org:8500 or https://consul.example.org:8501',
      );
    return { secure: scheme === 'https' || (scheme === undefined && secure), host: host ?? '', port: Number(port) };
  }

  #wait(): number {
    const [found] = this.#all('wait');
    const seconds =
      found === undefined
        ? 300
        : typeof found.value === 'string' || typeof found.value === 'number'
          ? parseSeconds(found.value)
          : undefined;
    if (seconds !== undefined && seconds >= 1 && seconds <= maxWait) return seconds;
    this.#complain(
      this.#where('wait'),
      `wait is ${JSON.stringify(found?.value)}; it must be a time from 1s to 10m`,
      'write it like 5m',
    );
    return maxWait;
  }

  #listen(): Pick<OperatorSettings, 'listen'> {
    const text = this.#text('listen') ?? '127.0.0.1:8000';
    if (text === 'off') return {};
    const [, bracketed, plain = '127.0.0.1', port = ''] =
      /^(?:(?:\[([\da-fA-F:]+)\]|([^\s:/[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
    if (port !== '' && Number(port) <= 65_535)
      return { listen: { host: bracketed ?? (plain === '' ? '127.0.0.1' : plain), port: Number(port) } };
    this.#complain(
      this.#where('listen'),
      `"${text}" is not an address to listen on`,
      'write it like 127.0.0.1:8000, or off',
    );
    return {};
  }

  /** Key by key: who is stronger adds to the others. */
  #metadata(): Readonly<Record<string, string>> {
    const maps = this.#all('metadata')
      .toReversed()
      .map(({ value, where }) => {
        const { metadata, problems } = readMetadata(where, value);
        this.problems.push(...problems);
        return metadata;
      });
    return Object.assign({}, ...maps) as Record<string, string>;
  }

  #where(name: SettingName): string {
    return this.#all(name)[0]?.where ?? `--${name}`;
  }

  #complain(where: string, message: string, suggestion?: string): undefined {
    this.problems.push({ where, message, ...(suggestion === undefined ? {} : { suggestion }) });
    return undefined;
  }
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 't', 'true'].includes(text.toLowerCase());
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
