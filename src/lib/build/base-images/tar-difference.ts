import { PassThrough, Readable } from 'node:stream';
import type { Header } from 'tar-stream';
import { ancestors, normalPath, readTar, type TarEntry, type TarIndex, xattrsOf } from './tar-index.ts';
import { tarStream, writeEntry } from '../../engine/archive/tar-writer.ts';

/** What a layer over `lower` must hold for the two together to be `upper`. */
export interface TarDifference {
  /** Paths of upper that are new or different, with the directories above them. */
  readonly kept: ReadonlySet<string>;
  /** Paths of lower that upper does not have; below a removed directory nothing is named. */
  readonly removed: readonly string[];
}

export function compareTars(lower: TarIndex, upper: TarIndex): TarDifference {
  const changed = new Set<string>();
  for (const [path, entry] of upper.entries) if (!isSame(lower.entries.get(path), entry)) changed.add(path);
  addHardLinkGroups(changed, upper);
  const removed = [...lower.entries.keys()].filter((path) => !upper.entries.has(path));
  const topmost = removed.filter((path) => ancestors(path).every((directory) => upper.entries.has(directory))).sort();
  const above = [...changed, ...topmost].flatMap(ancestors);
  return { kept: new Set([...changed, ...above]), removed: topmost };
}

function isSame(a: TarEntry | undefined, b: TarEntry): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** A link into the layer below cannot be unpacked: all names of one file go together. */
function addHardLinkGroups(changed: Set<string>, upper: TarIndex): void {
  const groups = new Map<string, string[]>();
  for (const [path, { type, link }] of upper.entries) {
    if (type === 'link' && link !== undefined) groups.set(link, [...(groups.get(link) ?? [link]), path]);
  }
  for (const names of groups.values())
    if (names.some((name) => changed.has(name))) for (const name of names) changed.add(name);
}

/** The layer itself: the kept entries in upper's order with their times, then a whiteout for each removed path. */
export function writeDifference(upper: Readable, { kept, removed }: TarDifference): Readable {
  return tarStream(async (layer) => {
    await readTar(upper, new PassThrough(), async (header, content) => {
      const path = normalPath(header.name);
      if (kept.has(path)) await writeEntry(layer, plainHeader(header, path), content);
      else await Readable.from(content).toArray();
    });
    for (const path of removed) {
      const name = `${path.slice(0, path.lastIndexOf('/') + 1)}.wh.${path.slice(path.lastIndexOf('/') + 1)}`;
      layer.entry({ name, mode: 0o644, mtime: new Date(0) }, '');
    }
  });
}

/** Without what tells nothing and could differ: names of owners, access times. */
function plainHeader(header: Header, path: string): Partial<Header> & Pick<Header, 'name'> {
  const { mode, uid, gid, size, mtime, type, linkname, devmajor, devminor } = header;
  const xattrs = xattrsOf(header);
  const name = type === 'directory' ? `${path}/` : path;
  const plain = { name, mode, uid, gid, size, mtime, type, linkname, devmajor, devminor };
  return Object.keys(xattrs).length > 0 ? { ...plain, pax: xattrs } : plain;
}
