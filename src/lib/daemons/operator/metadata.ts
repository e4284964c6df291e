import type { Problem } from '../../errors.ts';
import { isRecord, Written } from './written.ts';

/** Facts of a node, from an object or from its JSON text; what is not text is kept as JSON. */
export function readMetadata(
  where: string,
  value: unknown,
): { readonly metadata: Readonly<Record<string, string>>; readonly problems: readonly Problem[] } {
  if (typeof value !== 'string') return entriesOf(where, value);
  const written = new Written(where, value);
  return written.problems.length > 0 ? { metadata: {}, problems: written.problems } : entriesOf(where, written.value);
}

function entriesOf(where: string, value: unknown): ReturnType<typeof readMetadata> {
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
