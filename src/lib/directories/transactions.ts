import { DirectoryError } from './directory-errors.ts';
import type { Comparison, Entry, KeyOperation, KeySpace, Transaction } from './key-space.ts';

export function keyOf(operation: KeyOperation): string {
  if ('put' in operation) return operation.put;
  return 'delete' in operation ? operation.delete : operation.get;
}

/** For messages: `write a/1, a/2 and 3 more keys`. */
export function stepOf({ success }: Transaction): string {
  const [first = 'nothing', second, ...others] = success.map(keyOf);
  const named = second === undefined ? first : `${first}, ${second}`;
  return others.length === 0 ? `write ${named}` : `write ${named} and ${others.length} more keys`;
}

/** Whether a comparison holds for an entry. */
export function holds(comparison: Comparison, entry: Entry | undefined): boolean {
  if ('exists' in comparison) return comparison.exists === (entry !== undefined);
  if (entry === undefined) return false;
  if ('value' in comparison) return comparison.value === entry.value;
  if ('created' in comparison) return comparison.created === entry.created;
  if ('modified' in comparison) return comparison.modified === entry.modified;
  return comparison.lease === entry.lease;
}

/** Rejects a transaction that the server would refuse, with the same error for every kind of server. */
export function checkTransaction(
  { name, limits }: Pick<KeySpace, 'name' | 'limits'>,
  { compare, success, failure = [] }: Transaction,
): void {
  const operations = Math.max(compare.length, success.length, failure.length);
  if (operations > limits.operations)
    throw tooMuch(`${name} takes ${limits.operations} operations in one transaction, not ${operations}`);
  const texts = [...success, ...failure].flatMap((operation) =>
    'put' in operation ? [operation.put, operation.value] : [keyOf(operation)],
  );
  const bytes = [...compare.map(({ key }) => key), ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > limits.requestBytes)
    throw tooMuch(`${name} takes ${limits.requestBytes / 1024} KiB in one transaction, not ${Math.ceil(bytes / 1024)}`);
  for (const branch of [success, failure]) checkKeys(branch);
}

function checkKeys(branch: readonly KeyOperation[]): void {
  const keys = branch.map(keyOf);
  const repeated = keys.find((key, index) => keys.indexOf(key) < index);
  if (repeated !== undefined) throw new TypeError(`a transaction names the key ${repeated} twice`);
}

function tooMuch(message: string): DirectoryError {
  return new DirectoryError(message, { code: 'TRANSACTION_TOO_MUCH' });
}
