import type { Comparison, Entry, KeyOperation } from '../key-space.ts';

/** Keys and values are base64, 64-bit numbers are texts, and members with the value 0 or '' are left out. */
export interface RawEntry {
  readonly key: string;
  readonly value?: string;
  readonly create_revision?: string;
  readonly mod_revision?: string;
  readonly lease?: string;
}

export interface RawHeader {
  readonly revision?: string;
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function decode(text = ''): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

export function revisionOf(header: RawHeader | undefined): bigint {
  return BigInt(header?.revision ?? 0);
}

export function entryOf({ key, value, create_revision: created, mod_revision: modified, lease }: RawEntry): Entry {
  return {
    key: decode(key),
    value: decode(value),
    created: BigInt(created ?? 0),
    modified: BigInt(modified ?? 0),
    ...(lease === undefined || lease === '0' ? {} : { lease }),
  };
}

/** From the prefix to the first key after all that have it; `\0` stands for both ends of the key space. */
export function rangeOf(prefix: string): { readonly key: string; readonly range_end: string } {
  const end = Buffer.from(prefix);
  const last = end.findLastIndex((byte) => byte < 0xff);
  if (last === -1) return { key: encode(prefix === '' ? '\0' : prefix), range_end: encode('\0') };
  end[last] = (end[last] ?? 0) + 1;
  return { key: encode(prefix), range_end: end.subarray(0, last + 1).toString('base64') };
}

export function compareOf(comparison: Comparison): object {
  const key = encode(comparison.key);
  if ('exists' in comparison)
    return { key, target: 'VERSION', result: comparison.exists ? 'NOT_EQUAL' : 'EQUAL', version: '0' };
  if ('value' in comparison) return { key, target: 'VALUE', value: encode(comparison.value) };
  if ('created' in comparison) return { key, target: 'CREATE', create_revision: String(comparison.created) };
  if ('modified' in comparison) return { key, target: 'MOD', mod_revision: String(comparison.modified) };
  return { key, target: 'LEASE', lease: comparison.lease };
}

export function requestOf(operation: KeyOperation): object {
  if ('put' in operation) {
    const { put, value, lease } = operation;
    return { request_put: { key: encode(put), value: encode(value), ...(lease === undefined ? {} : { lease }) } };
  }
  if ('delete' in operation) return { request_delete_range: { key: encode(operation.delete) } };
  return { request_range: { key: encode(operation.get) } };
}
