import type { Stats } from 'node:fs';

/** What the file system says of files without reading them: while it is the same, their content is the same. */
export interface Stamp {
  /** Paths, inodes, modes, sizes and times. */
  readonly text: string;
  /** The latest of those times, in ms since the epoch. */
  readonly changed: number;
}

export function stampOf(files: readonly { readonly path: string; readonly stats: Stats }[]): Stamp {
  const lines = files.map(({ path, stats: { ino, mode, size, mtimeMs, ctimeMs } }) =>
    JSON.stringify([path, ino, mode, size, mtimeMs, ctimeMs]),
  );
  const changed = files.reduce((latest, { stats: { mtimeMs, ctimeMs } }) => Math.max(latest, mtimeMs, ctimeMs), 0);
  return { text: lines.join('\n'), changed };
}
