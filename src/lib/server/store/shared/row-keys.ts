import type { Change, KeyOperation } from '../../../directories/key-space.ts';
import type { Value } from '../database.ts';
import type { RowChange, RowMirror } from './row-mirror.ts';

/** Below the prefix of a store. */
export const revisionKey = 'revision';
export const versionKey = 'version';
export const lockKey = 'lock';
const rows = 'rows/';

/** A row as an entry: `rows/runs/<job>/<number>` with its columns as JSON. */
export function operationOf(prefix: string, { table, key, row }: RowChange): KeyOperation {
  const name = `${prefix}${rows}${[table, ...key.map((value) => encodeURIComponent(String(value)))].join('/')}`;
  return row === undefined ? { delete: name } : { put: name, value: JSON.stringify(row) };
}

/** Undefined for keys that are of no row. */
export function rowChange(prefix: string, { key: name, entry }: Change, mirror: RowMirror): RowChange | undefined {
  if (!name.startsWith(prefix + rows)) return undefined;
  const [table = '', ...texts] = name
    .slice(prefix.length + rows.length)
    .split('/')
    .map(decodeURIComponent);
  const key = mirror.parseKey(table, texts);
  if (key === undefined) return undefined;
  return { table, key, ...(entry === undefined ? {} : { row: JSON.parse(entry.value) as Record<string, Value> }) };
}
