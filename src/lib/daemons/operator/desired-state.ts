import type { Problem } from '../../errors.ts';
import { nameComplaint } from './service-name.ts';
import { isImageName, plainDefinition, readDefinition, type ServiceDefinition } from './service-definition.ts';
import { Written } from './written.ts';

/** A key of the directory with its value. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A service with the place that says so: the file, or a key. */
export interface DesiredService {
  readonly name: string;
  readonly where: string;
  readonly definition: ServiceDefinition;
}

/** All that a node shall run. What could not be read is neither wanted nor unwanted: whatever runs of it is kept. */
export interface DesiredState {
  readonly services: readonly DesiredService[];
  readonly unread: ReadonlyMap<string, readonly Problem[]>;
  /** Things that somebody should mend, and that keep nothing from working. */
  readonly notices: readonly string[];
  /** Under `metadata/`, as it is. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Where the keys of a node are. */
export function nodeRoot(prefix: string, node: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}nodes/${node}/`;
}

type Space = 'apps' | 'services';
interface Claim {
  readonly name: string;
  readonly where: string;
  readonly space: Space;
  readonly value: string;
}

/** The file's services and the directory's keys as one. The directory beats the file, and apps beat services. */
export function mergeDesired(root: string, file: readonly DesiredService[], pairs: readonly Pair[]): DesiredState {
  const sorted = pairs
    .filter(({ key }) => key.startsWith(root) && !key.endsWith('/'))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const notices: string[] = [];
  const claims = new Map<string, Claim>();
  for (const pair of sorted) {
    const claim = readClaim(root, pair, notices);
    if (claim !== undefined) addClaim(claims, claim, notices);
  }
  const read = [...claims.values()].map((claim) => ({ claim, ...readValue(claim) }));
  const unread = new Map(
    read.filter(({ problems }) => problems.length > 0).map(({ claim, problems }) => [claim.name, problems]),
  );
  const fromKeys = read.flatMap(({ claim: { name, where }, definition, problems }) =>
    definition === undefined || problems.length > 0 ? [] : [{ name, where, definition }],
  );
  const services = [...file.filter(({ name }) => !claims.has(name)), ...fromKeys].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return { services, unread, notices, metadata: metadataOf(root, sorted) };
}

/** Keys of our own, which are no services. */
const ownFolders: ReadonlySet<string> = new Set(['metadata', 'operator']);

function readClaim(root: string, { key, value }: Pair, notices: string[]): Claim | undefined {
  const [space = '', ...rest] = key.slice(root.length).split('/');
  const name = rest.at(-1) ?? space;
  if (ownFolders.has(space) && rest.length > 0) return undefined;
  if ((space !== 'apps' && space !== 'services') || rest.length === 0) {
    notices.push(`${key}: nothing is run from here; its place is ${root}apps/${name}`);
    return undefined;
  }
  const complaint = nameComplaint(name);
  if (complaint === undefined) return { name, where: key, space, value };
  notices.push(`${key}: ${complaint}`);
  return undefined;
}

/** Sorted by key, so that what wins is the same each time: apps come first, and the first of equal names. */
function addClaim(claims: Map<string, Claim>, claim: Claim, notices: string[]): void {
  const winner = claims.get(claim.name);
  if (winner === undefined) claims.set(claim.name, claim);
  else notices.push(`${claim.where}: not used, because ${winner.where} gives ${claim.name} already`);
}

/** An image's name, or JSON. */
function readValue({ value, where }: Claim): {
  readonly definition?: ServiceDefinition;
  readonly problems: readonly Problem[];
} {
  const text = value.trim();
  if (!text.startsWith('{')) {
    if (isImageName(text)) return { definition: plainDefinition(text), problems: [] };
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    return {
      problems: [
        {
          where,
          message: text === '' ? 'the value is empty' : `"${shown}" is neither the name of an image nor a JSON object`,
          suggestion: 'write redis:7, or {"image": "redis:7"}',
        },
      ],
    };
  }
  const written = new Written(where, value);
  const definition = readDefinition(written, written.value, '');
  return { ...(definition === undefined ? {} : { definition }), problems: written.problems };
}

function metadataOf(root: string, pairs: readonly Pair[]): ReadonlyMap<string, string> {
  const folder = `${root}metadata/`;
  return new Map(
    pairs.filter(({ key }) => key.startsWith(folder)).map(({ key, value }) => [key.slice(folder.length), value]),
  );
}
