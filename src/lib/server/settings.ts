import { join } from 'node:path';
import { readBoundedText, whyUnread } from '../bounded-file.ts';
import { definedOnly } from '../defined.ts';
import { etcdVariables } from '../daemons/etcd-settings.ts';
import { isLoopback, type ListenAddress } from '../daemons/pages.ts';
import { keyOf, settingsError, SettingsReader } from '../daemons/settings-reader.ts';
import type { AllowedOrigins } from './http/origins.ts';
import { maxTokenBytes } from './http/token.ts';
import { maxMemory, minMemory } from './jobs/run-schema.ts';
import { readStore, type StoreSettingName, type StoreSettings } from './store-settings.ts';

export interface ServerSettings {
  /** The first is that of `--listen`. */
  readonly listen: readonly ListenAddress[];
  readonly token?: string;
  readonly origins: AllowedOrigins;
  /** Directory of the store. */
  readonly data: string;
  readonly store: StoreSettings;
  readonly name: string;
  readonly memoryMegabytes: number;
  readonly jobsOn: 'worker' | 'any';
  /** How long what has ended is kept, in seconds. */
  readonly retentionSeconds: number;
  /** The host names of services are below it. */
  readonly domain: string;
  /** On which services are reached by name. */
  readonly publicPort: number;
  readonly deployTimeoutSeconds: number;
  /** Versions are recorded and not run. */
  readonly nodeploy: boolean;
}

type SettingName =
  | 'listen'
  | 'port'
  | 'also-listen'
  | 'jobs-port'
  | 'token'
  | 'token-file'
  | 'cors'
  | 'data'
  | 'name'
  | 'memory'
  | 'jobs-on'
  | 'job-retention'
  | 'domain'
  | 'public-port'
  | 'deploy-timeout'
  | 'nodeploy'
  | StoreSettingName;
type Reader = SettingsReader<SettingName>;

const { etcd: _endpoints, ...accessVariables } = etcdVariables;
/** Besides `SERVE_<NAME>`: those of the programs that it takes the place of. */
const variables: Partial<Readonly<Record<SettingName, readonly string[]>>> = {
  ...accessVariables,
  port: ['PORT'],
  token: ['TOKEN'],
  memory: ['MEMORY'],
  cors: ['PAZ_ORCHESTRATOR_CORS', 'PAZ_SCHEDULER_CORS'],
  nodeploy: ['PAZ_SCHEDULER_NODEPLOY'],
};

export interface SettingsRequest {
  readonly flags: Partial<Readonly<Record<SettingName, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

export interface ReadSettings {
  readonly settings: ServerSettings;
  /** What is set and has no effect. */
  readonly notices: readonly string[];
}

const usualListen = '127.0.0.1:9000';
const retentionRange = { min: 60, max: 8_760 * 3600, usual: 86_400, range: 'from 1m to 8760h', like: '24h' };
const deployRange = { min: 1, max: 86_400, usual: 600, range: 'from 1s to 24h', like: '10m' };
const domainForm = /^(?!.{220})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const nameForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** Flags beat the environment. Throws with everything that is wrong. */
export function resolveSettings({ flags, environment, homeDirectory }: SettingsRequest): ReadSettings {
  const reader: Reader = new SettingsReader<SettingName>({ flags, environment, variablesOf });
  const token = readToken(reader);
  const settings: ServerSettings = {
    listen: readListen(reader, token !== undefined),
    ...definedOnly({ token }),
    origins: readOrigins(reader, token !== undefined),
    data: reader.text('data') ?? join(stateDirectory(environment, homeDirectory), 'dockerops', 'serve'),
    store: readStore(reader),
    name: readName(reader),
    memoryMegabytes: readNumber(reader, 'memory', { min: minMemory, max: maxMemory, usual: 250 }),
    jobsOn: readJobsOn(reader),
    retentionSeconds: reader.seconds('job-retention', retentionRange),
    domain: readDomain(reader),
    publicPort: readNumber(reader, 'public-port', { min: 1, max: 65_535, usual: 80 }),
    deployTimeoutSeconds: reader.seconds('deploy-timeout', deployRange),
    nodeploy: reader.switch('nodeploy', false),
  };
  if (reader.problems.length > 0) throw settingsError('serve', reader.problems, 'dockerops serve --help');
  return { settings, notices: withoutEffect(environment) };
}

function variablesOf(name: SettingName): readonly string[] {
  return [`SERVE_${keyOf(name).toUpperCase()}`, ...(variables[name] ?? [])];
}

function stateDirectory({ XDG_STATE_HOME: own }: SettingsRequest['environment'], home: string): string {
  return own === undefined || own === '' ? join(home, '.local', 'state') : own;
}

/** The stronger of the token and the file with it. */
function readToken(reader: Reader): string | undefined {
  const file = reader.isWeaker('token-file', 'token') ? undefined : reader.text('token-file');
  const token = file === undefined ? reader.text('token') : readTokenFile(reader, file);
  const isSuitable = token === undefined || (token.length <= maxTokenBytes && /^[\x21-\x7e]+$/.test(token));
  if (!isSuitable)
    return reader.failAt(
      file === undefined ? 'token' : 'token-file',
      `a token has 1 to ${String(maxTokenBytes)} visible characters`,
    );
  return token;
}

function readTokenFile(reader: Reader, file: string): string | undefined {
  try {
    return readBoundedText(file).trim();
  } catch (cause) {
    return reader.failAt('token-file', `${file} cannot be read: ${whyUnread(cause)}`);
  }
}

function readListen(reader: Reader, hasToken: boolean): readonly ListenAddress[] {
  const main = reader.listen('listen', usualListen) ?? reader.failAt('listen', 'the server has to listen somewhere');
  const port = reader.strongest('port') === undefined ? undefined : readPort(reader, 'port');
  const jobsPort = reader.strongest('jobs-port') === undefined ? undefined : readPort(reader, 'jobs-port');
  const first = main && { ...main, port: port ?? main.port };
  const jobs = first && jobsPort !== undefined ? { host: first.host, port: jobsPort } : undefined;
  const all = [first, ...readAlso(reader), jobs].filter((address) => address !== undefined);
  const open = all.find(({ host }) => !isLoopback(host));
  if (open !== undefined && !hasToken)
    reader.failAt(
      'listen',
      `${open.host}:${String(open.port)} can be reached from other machines, and there is no token`,
      'set one: --token-file FILE, or the variable TOKEN; who has it can do everything on every host',
    );
  return all;
}

function readAlso(reader: Reader): readonly ListenAddress[] {
  const { value } = reader.strongest('also-listen') ?? {};
  const texts = typeof value === 'string' ? value.split(',') : ((value ?? []) as readonly string[]);
  return texts.flatMap((text) => {
    const [, bracketed, plain, port = ''] = /^(?:(?:\[([\da-fA-F:]+)\]|([^\s:/[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
    const host = bracketed ?? (plain === undefined || plain === '' ? '127.0.0.1' : plain);
    if (port !== '' && Number(port) <= 65_535) return [{ host, port: Number(port) }];
    reader.failAt('also-listen', `"${text}" is not an address to listen on`, 'write it like 127.0.0.1:9001');
    return [];
  });
}

function readPort(reader: Reader, name: 'port' | 'jobs-port'): number | undefined {
  return readNumber(reader, name, { min: 0, max: 65_535, usual: 0 });
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

function readNumber(reader: Reader, name: SettingName, { min, max, usual }: Range): number {
  const found = reader.strongest(name);
  if (found === undefined) return usual;
  const text = typeof found.value === 'number' ? String(found.value) : found.value;
  if (typeof text === 'string' && /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max)
    return Number(text);
  reader.fail(found.where, `${name} must be a number from ${String(min)} to ${String(max)}`);
  return usual;
}

function readOrigins(reader: Reader, hasToken: boolean): AllowedOrigins {
  const { value, where } = reader.strongest('cors') ?? {};
  const text = String(value ?? '');
  if (text === '' || text === 'false') return [];
  if (text === 'true') {
    if (!hasToken) reader.fail(where ?? '--cors', 'any page of any origin may ask only where a token is needed');
    return 'any';
  }
  const origins = text.split(',').map((each) => each.trim().replace(/\/$/, ''));
  for (const origin of origins)
    if (!/^https?:\/\/[^\s/]+$/.test(origin))
      reader.fail(where ?? '--cors', `"${origin}" is not an origin`, 'write it like https://ops.example.org');
  return origins;
}

function readName(reader: Reader): string {
  const name = reader.text('name') ?? 'default';
  if (!nameForm.test(name))
    reader.failAt('name', `"${name}" cannot be the name of a server`, 'use letters, digits, "_", "." and "-"');
  return name;
}

function readDomain(reader: Reader): string {
  const domain = reader.text('domain') ?? 'paz';
  if (!domainForm.test(domain)) reader.failAt('domain', `"${domain}" is not a domain`, 'write it like example.org');
  return domain.toLowerCase();
}

function readJobsOn(reader: Reader): 'worker' | 'any' {
  const word = reader.text('jobs-on') ?? 'worker';
  if (word === 'worker' || word === 'any') return word;
  reader.failAt('jobs-on', `"${word}" is neither worker nor any`);
  return 'worker';
}

/** Variables of the programs that it takes the place of. */
function withoutEffect(environment: SettingsRequest['environment']): readonly string[] {
  const read = new Set(Object.values(variables).flat());
  const names = Object.keys(environment).filter((name) => name.startsWith('PAZ_') && !read.has(name));
  return names.length === 0 ? [] : [`without effect: ${names.sort().join(', ')}`];
}
