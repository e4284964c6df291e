import { parseJson } from '../json.ts';

/** The content of dockerops.lock: which images a conf was tested with. */
export interface Lock {
  readonly project: string;
  /** Name of the conf whose `image` entries are in it: `run.conf`. */
  readonly conf: string;
  /** State of the package archive that base images were made from, by operating system. */
  readonly archive: Readonly<Record<string, LockedArchive>>;
  /** By service. */
  readonly images: Readonly<Record<string, LockedImage>>;
}

export interface LockedArchive {
  readonly suites: readonly LockedSuite[];
}

/** A suite as its Release file has it. */
export interface LockedSuite {
  readonly name: string;
  readonly date: string;
  readonly sha256: string;
}

export interface LockedImage {
  readonly reference: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** Absent for an image of a registry. */
  readonly inputHash?: string;
  readonly content: string;
  /** Of an image on one of the base images. */
  readonly base?: { readonly os: string; readonly content: string };
  /** Of the same: version by name. */
  readonly packages?: Readonly<Record<string, string>>;
  /** What a registry gave for it. */
  readonly digest?: string;
}

const archiveMark = 'dockerops.archive=';

/** For the history of an image: no layer has it, as equal packages in a newer archive make an equal image. */
export function archiveNote(suites: readonly LockedSuite[]): string {
  return suites.length === 0 ? '' : ` # ${archiveMark}${JSON.stringify(suites)}`;
}

/** The suites in the history of an image; empty where it does not tell. */
export function suitesInHistory(history: readonly string[]): readonly LockedSuite[] {
  for (const text of history) {
    const at = text.indexOf(archiveMark);
    if (at !== -1) return suitesOf(text.slice(at + archiveMark.length));
  }
  return [];
}

/** Anybody may write a history. */
function suitesOf(text: string): readonly LockedSuite[] {
  try {
    const suites = parseJson(text);
    return Array.isArray(suites) && suites.every(isSuite) ? suites : [];
  } catch {
    return [];
  }
}

function isSuite(value: unknown): value is LockedSuite {
  const { name, date, sha256 } = (value ?? {}) as Partial<Record<keyof LockedSuite, unknown>>;
  return [name, date, sha256].every((each) => typeof each === 'string');
}

export const lockVersion = 1;
export const lockFileName = 'dockerops.lock';

/** Each member on a line of its own, sorted: two locks differ in the lines of what differs. */
export function lockText(lock: Lock): string {
  return `${JSON.stringify(sorted({ lock: lockVersion, ...lock }), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
