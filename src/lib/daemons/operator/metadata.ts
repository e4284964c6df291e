import type { Problem } from '../../errors.ts';
import { isRecord, readDocument } from '../document-reader.ts';

export interface ReadMetadata {
  readonly metadata: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Facts of a node, from an object or from its JSON text; a value that is not text becomes JSON. */
export function readMetadata(where: string, value: unknown): ReadMetadata {
  // Units made for the original say -metadata "".
  if (value === '') return { metadata: {}, problems: [] };
  if (typeof value !== 'string') return entriesOf(where, value);
  const { root, problems } = readDocument(where, value);
  return problems.length > 0 ? { metadata: {}, problems } : entriesOf(where, root.value);
}

function entriesOf(where: string, value: unknown): ReadMetadata {
  if (!isRecord(value))
    return {
      metadata: {},
      problems: [{ where, message: 'metadata must be an object', suggestion: 'write it like {"location": "eastus"}' }],
    };
  const bad = Object.keys(value).filter((key) => !/^[^\s/][^\s]*$/.test(key) || key.endsWith('/'));
  const problems = bad.map((key) => ({
    where,
    message: `"${key}" cannot be a key of metadata: no blanks, no "/" at its ends`,
  }));
  const texts = Object.entries(value).map(
    ([key, each]) => [key, typeof each === 'string' ? each : JSON.stringify(each)] as const,
  );
  return { metadata: Object.fromEntries(texts), problems };
}
