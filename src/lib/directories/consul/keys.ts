import { DirectoryError } from '../directory-errors.ts';
import { notServer } from '../request-failures.ts';
import { consul, consulDenied } from './failures.ts';
import { keyPath, type Answer, type ConsulHttp, type ConsulRequest } from './http.ts';

export interface ConsulKey {
  /** The whole key, with its prefix. */
  readonly key: string;
  readonly value: string;
  /** Index of the write that created it, and of the last one. */
  readonly created: number;
  readonly modified: number;
  /** Id of the session that holds it as a lock. */
  readonly session?: string;
}

/** All keys below a prefix at one moment, sorted. */
export interface KeySet {
  readonly keys: readonly ConsulKey[];
  readonly index: bigint;
}

/** A blocking query: answered when there is something newer than `index`, or when the time is over. */
export interface Blocking {
  readonly index: bigint;
  readonly waitSeconds: number;
}

interface RawKey {
  readonly Key: string;
  readonly Value: string | null;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
  readonly Session?: string;
}

const maxKeys = 20_000;
const marginMs = 10_000;

/** Rejects when the token may not read them, where Consul itself would answer that there are none. */
export async function listKeys(
  http: ConsulHttp,
  prefix: string,
  blocking?: Blocking,
  signal?: AbortSignal,
): Promise<KeySet> {
  const step = `read the keys below ${prefix}`;
  const answer = await http.ask({
    step,
    path: keyPath(prefix),
    query: { recurse: 'true', ...query(blocking) },
    allow: [404],
    signal,
    ...limit(blocking),
  });
  if (answer.isFiltered) throw consulDenied({ address: http.address, step }, 'its answer is incomplete');
  if (answer.status === 404) await findKey(http, prefix, undefined, signal);
  const raw = rawKeys(http, step, answer);
  if (raw.length > maxKeys)
    throw new DirectoryError(`${step}: there are ${raw.length}, the limit is ${maxKeys}`, {
      code: 'CONSUL_TOO_MUCH',
      suggestions: ['use a prefix with fewer keys'],
    });
  return { keys: raw.map(decode).sort((a, b) => (a.key < b.key ? -1 : 1)), index: answer.index ?? 0n };
}

/** One key and the index of the answer. Rejects when the token may not read it. */
export async function findKey(
  http: ConsulHttp,
  key: string,
  blocking?: Blocking,
  signal?: AbortSignal,
): Promise<{ readonly found: ConsulKey | undefined; readonly index: bigint }> {
  const step = `read the key ${key}`;
  const answer = await http.ask({
    step,
    path: keyPath(key),
    query: query(blocking),
    allow: [404],
    signal,
    ...limit(blocking),
  });
  const [raw] = rawKeys(http, step, answer);
  return { found: raw === undefined ? undefined : decode(raw), index: answer.index ?? 0n };
}

export async function putKey(http: ConsulHttp, key: string, value: string, signal?: AbortSignal): Promise<void> {
  await http.ask({ step: `write the key ${key}`, method: 'PUT', path: keyPath(key), body: value, signal });
}

/** One that is absent is no error. */
export async function deleteKey(http: ConsulHttp, key: string, signal?: AbortSignal): Promise<void> {
  await http.ask({ step: `delete the key ${key}`, method: 'DELETE', path: keyPath(key), signal });
}

/** True: the session holds the key now. False: another one does, or the lock delay is not over. */
export async function acquireKey(
  http: ConsulHttp,
  key: string,
  session: string,
  value: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return askWhether(http, {
    step: `take the lock ${key}`,
    method: 'PUT',
    path: keyPath(key),
    query: { acquire: session },
    body: value,
    signal,
  });
}

/** Without the lock delay that a loss causes. False: the session did not hold it. */
export async function releaseKey(
  http: ConsulHttp,
  key: string,
  session: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return askWhether(http, {
    step: `release the lock ${key}`,
    method: 'PUT',
    path: keyPath(key),
    query: { release: session },
    body: '',
    signal,
  });
}

function askWhether(http: ConsulHttp, request: ConsulRequest): Promise<boolean> {
  return http.askJson<boolean>(request, (answer) => typeof answer === 'boolean');
}

function query(blocking: Blocking | undefined): Readonly<Record<string, string>> {
  return blocking === undefined
    ? {}
    : { index: String(blocking.index), wait: `${Math.round(blocking.waitSeconds * 1000)}ms` };
}

/** The agent adds up to a sixteenth of the time, so that clients do not all ask again in the same moment. */
function limit(blocking: Blocking | undefined): { readonly limitMs?: number } {
  return blocking === undefined ? {} : { limitMs: Math.ceil(blocking.waitSeconds * 1000 * (1 + 1 / 16)) + marginMs };
}

function rawKeys(http: ConsulHttp, step: string, answer: Answer): readonly RawKey[] {
  if (answer.status === 404) return [];
  const raw = http.parse(step, answer);
  if (!Array.isArray(raw) || !raw.every(isRawKey)) throw notServer(consul, { address: http.address, step });
  return raw;
}

function isRawKey(value: unknown): value is RawKey {
  const { Key, Value, CreateIndex, ModifyIndex, Session } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof Key === 'string' &&
    (typeof Value === 'string' || Value === null) &&
    Number.isSafeInteger(CreateIndex) &&
    Number.isSafeInteger(ModifyIndex) &&
    (typeof Session === 'string' || Session === undefined)
  );
}

function decode({ Key, Value, CreateIndex, ModifyIndex, Session }: RawKey): ConsulKey {
  return {
    key: Key,
    value: Buffer.from(Value ?? '', 'base64').toString('utf8'),
    created: CreateIndex,
    modified: ModifyIndex,
    ...(Session === undefined ? {} : { session: Session }),
  };
}
