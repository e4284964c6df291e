/**
 * The operating systems that base images are made of: to add one, add a row, and its id to OsId.
 * `epochSeconds` is the release day; no file of an image is younger, so that images can be made again bit for bit.
 */
export type OsId = 'debian12';

export interface OsRow {
  /** Name of the release in the distribution's archive. */
  readonly suite: string;
  readonly epochSeconds: number;
  /** Image of the distribution to run the steps in, where this machine cannot. */
  readonly containerImage: string;
}

export const osTable: Readonly<Record<OsId, OsRow>> = {
  debian12: { suite: 'bookworm', epochSeconds: Date.UTC(2023, 5, 10) / 1000, containerImage: 'debian:12' },
};

export const osIds = Object.keys(osTable) as readonly OsId[];

export function isOsId(text: string): text is OsId {
  return Object.hasOwn(osTable, text);
}

/** Docker's names of architectures in the distribution's words; the others are spelled alike. */
const archiveArchitectures: Readonly<Record<string, string>> = { arm: 'armhf', '386': 'i386', ppc64le: 'ppc64el' };

export function archiveArchitecture(dockerArchitecture: string): string {
  return archiveArchitectures[dockerArchitecture] ?? dockerArchitecture;
}

const nodeArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** Docker's name of what Node calls `process.arch`. */
export function dockerArchitecture(nodeArchitecture: string): string {
  return nodeArchitectures[nodeArchitecture] ?? nodeArchitecture;
}
