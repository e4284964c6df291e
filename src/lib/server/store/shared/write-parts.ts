import type { KeyOperation, KeySpace } from '../../../directories/key-space.ts';

/** What every part writes besides: the revision and the version. */
const ownOperations = 2;
const ownBytes = 4096;

/** Splits operations, in their order, into lists that each fit into one transaction. */
export function partsOf<T extends { readonly operation: KeyOperation }>(
  all: readonly T[],
  { operations, requestBytes }: KeySpace['limits'],
): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let bytes = 0;
  for (const one of all) {
    const more = sizeOf(one.operation);
    const part = parts.at(-1);
    const fits =
      part !== undefined && part.length < operations - ownOperations && bytes + more < requestBytes - ownBytes;
    if (fits) part.push(one);
    else parts.push([one]);
    bytes = fits ? bytes + more : more;
  }
  return parts;
}

function sizeOf(operation: KeyOperation): number {
  if ('put' in operation) return Buffer.byteLength(operation.put) + Buffer.byteLength(operation.value);
  return 'delete' in operation ? Buffer.byteLength(operation.delete) : Buffer.byteLength(operation.get);
}
