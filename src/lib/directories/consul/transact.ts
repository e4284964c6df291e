import { DirectoryNotFound, DirectoryUnreachable } from '../directory-errors.ts';
import type { Entry, KeyOperation, Transaction, TransactionResult } from '../key-space.ts';
import { pause } from '../pause.ts';
import { refused } from '../request-failures.ts';
import { holds, keyOf, stepOf } from '../transactions.ts';
import { entryOf } from './entries.ts';
import { consul } from './failures.ts';
import type { ConsulHttp } from './http.ts';
import { findKey } from './keys.ts';
import { sessionExists } from './sessions.ts';

/** One operation of Consul's own transactions. */
interface Verb {
  readonly Verb: 'set' | 'lock' | 'unlock' | 'delete' | 'check-index' | 'check-not-exists';
  readonly Key: string;
  readonly Value?: string;
  readonly Index?: number;
  readonly Session?: string;
}

interface RawTransaction {
  readonly Results: readonly { readonly KV?: { readonly ModifyIndex: number } }[] | null;
  readonly Errors: readonly { readonly OpIndex: number; readonly What: string }[] | null;
}

/** Entries as they were read, by key. */
type Known = ReadonlyMap<string, Entry | undefined>;

interface Write {
  readonly step: string;
  readonly operations: readonly KeyOperation[];
  readonly known: Known;
}

const attempts = 50;
const pauseMs = 10;

/**
 * Consul's transactions have one branch and compare indexes only. So this reads all keys that the transaction names,
 * decides here, and writes on the condition that none of them has changed; if one has, it begins again.
 */
export async function transact(
  http: ConsulHttp,
  transaction: Transaction,
  signal: AbortSignal = new AbortController().signal,
): Promise<TransactionResult> {
  const { compare, success, failure = [] } = transaction;
  const step = stepOf(transaction);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const compared = await readKeys(
      http,
      new Map(),
      compare.map(({ key }) => key),
      signal,
    );
    const succeeded = compare.every((comparison) => holds(comparison, compared.get(comparison.key)));
    const operations = succeeded ? success : failure;
    const known = await readKeys(http, compared, operations.map(keyOf), signal);
    const revision = await write(http, { step, operations, known }, signal);
    if (revision !== undefined) return { succeeded, revision, entries: readEntries(operations, known) };
    await pause(Math.random() * pauseMs * attempt, signal);
  }
  throw new DirectoryUnreachable(`${step}: other clients of Consul keep changing these keys`, { code: 'CONSUL_BUSY' });
}

function readEntries(operations: readonly KeyOperation[], known: Known): TransactionResult['entries'] {
  return operations.flatMap((operation) => ('get' in operation ? [known.get(operation.get)] : []));
}

async function readKeys(http: ConsulHttp, known: Known, keys: readonly string[], signal: AbortSignal): Promise<Known> {
  const missing = [...new Set(keys)].filter((key) => !known.has(key));
  const found = await Promise.all(
    missing.map(async (key) => {
      const { found: each } = await findKey(http, key, undefined, signal);
      return [key, each === undefined ? undefined : entryOf(each)] as const;
    }),
  );
  return new Map([...known, ...found]);
}

/** The revision of what was written; undefined when a key has changed since it was read. */
async function write(http: ConsulHttp, request: Write, signal: AbortSignal): Promise<bigint | undefined> {
  const { step, operations, known } = request;
  const guards = [...known].map(([key, entry]) => guardOf(key, entry));
  const verbs = operations.flatMap((operation) => verbsOf(operation, known.get(keyOf(operation))));
  const body = [...guards, ...verbs].map((verb) => ({ KV: verb }));
  const answer = await http.ask({ step, method: 'PUT', path: '/txn', body, allow: [409], signal });
  const { Results, Errors } = http.parse(step, answer) as RawTransaction;
  if (answer.status !== 409) return revisionOf(Results, known);
  const [error] = Errors ?? [];
  if (error !== undefined && error.OpIndex >= guards.length)
    throw await verbFailure(http, step, verbs[error.OpIndex - guards.length], error.What);
  return undefined;
}

function guardOf(key: string, entry: Entry | undefined): Verb {
  return entry === undefined
    ? { Verb: 'check-not-exists', Key: key }
    : { Verb: 'check-index', Key: key, Index: Number(entry.modified) };
}

/** A key with a lease is one that is locked by a session. */
function verbsOf(operation: KeyOperation, before: Entry | undefined): readonly Verb[] {
  if ('get' in operation) return [];
  if ('delete' in operation) return before === undefined ? [] : [{ Verb: 'delete', Key: operation.delete }];
  const { put, value, lease } = operation;
  const written = { Key: put, Value: Buffer.from(value).toString('base64') };
  const held = before?.lease;
  if (lease === undefined)
    return [held === undefined ? { Verb: 'set', ...written } : { Verb: 'unlock', ...written, Session: held }];
  const release: readonly Verb[] =
    held === undefined || held === lease ? [] : [{ Verb: 'unlock', ...written, Session: held }];
  return [...release, { Verb: 'lock', ...written, Session: lease }];
}

function revisionOf(results: RawTransaction['Results'], known: Known): bigint {
  const written = (results ?? []).map(({ KV }) => BigInt(KV?.ModifyIndex ?? 0));
  const read = [...known.values()].map((entry) => entry?.modified ?? 0n);
  return [...written, ...read].reduce((last, each) => (each > last ? each : last), 0n);
}

async function verbFailure(http: ConsulHttp, step: string, verb: Verb | undefined, detail: string): Promise<Error> {
  const lease = verb?.Verb === 'lock' ? verb.Session : undefined;
  if (lease !== undefined && !(await sessionExists(http, lease)))
    return new DirectoryNotFound(`${step}: the lease ${lease} has expired`, { code: 'CONSUL_NOT_FOUND' });
  return refused(consul, { address: http.address, step }, detail);
}
