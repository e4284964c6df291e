import type { FoundEntries, FoundEntry } from './context-entries.ts';

/** What only BuildKit reads: a frontend, options of instructions, and documents within. */
const forBuildKit = /^[ \t]*#[ \t]*syntax[ \t]*=|\s--(?:mount|link|chmod|parents|exclude|network|security)\b|<</im;

export function needsBuildKit(text: string): boolean {
  return forBuildKit.test(text);
}

/**
 * The entries of a context whose Dockerfile is ignored, for the classic builder: that takes the Dockerfile out after it
 * has read it, as the `.dockerignore` of the context says. Undefined where another file says so, and the
 * `.dockerignore`, which is part of the context, does not.
 */
export function withIgnoreFile(
  entries: readonly FoundEntry[],
  { all }: FoundEntries,
  dockerfile: string,
): readonly FoundEntry[] | undefined {
  if (entries.some(({ path }) => path === '.dockerignore'))
    return all.some(({ path }) => path === `${dockerfile}.dockerignore`) ? undefined : entries;
  const content = Buffer.from(`${dockerfile}\n.dockerignore\n`);
  return entries.flatMap((entry) =>
    entry.path === dockerfile
      ? [{ ...entry, path: '.dockerignore', content, size: content.length, mode: 0o644 }, entry]
      : [entry],
  );
}
