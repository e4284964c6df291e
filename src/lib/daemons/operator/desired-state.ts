import { trimEndOf } from '../../cut-text.ts';
import { definedOnly } from '../../defined.ts';
import type { Problem } from '../../errors.ts';
import { readDocument } from '../document-reader.ts';
import { isImageReference } from '../../image-reference.ts';
import { plainDefinition, readDefinition, type ServiceDefinition } from './service-definition.ts';
import { nameProblem } from './service-name.ts';

/** A key of the directory with its value. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A service with the place that defines it: the file, or a key. */
export interface DesiredService {
  readonly name: string;
  readonly where: string;
  readonly definition: ServiceDefinition;
}

/** Everything that a node should run. */
export interface DesiredState {
  readonly services: readonly DesiredService[];
  /** Services whose definition cannot be read: what runs of them is kept. */
  readonly unread: ReadonlyMap<string, readonly Problem[]>;
  /** Mistakes that keep nothing from working. */
  readonly notices: readonly string[];
  /** The keys under `metadata/`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The prefix of the keys of a node. */
export function nodeRoot(prefix: string, node: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}nodes/${node}/`;
}

/** A key with the name of the service that it defines. */
export interface Claim {
  readonly name: string;
  readonly where: string;
  readonly value: string;
}

/** Merges the services of the file and of the keys. A key beats the file, and `apps/` beats `services/`. */
export function mergeDesired(
  root: string,
  file: readonly DesiredService[],
  pairs: readonly Pair[],
  read = readValue,
): DesiredState {
  const sorted = pairs
    .filter(({ key, value }) => key.startsWith(root) && !(key.endsWith('/') && value === ''))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const notices: string[] = [];
  const claims = readClaims(root, sorted, notices);
  const unread = new Map<string, readonly Problem[]>();
  const services = file.filter(({ name }) => !claims.has(name));
  for (const claim of claims.values()) {
    const { definition, problems, warnings } = read(claim);
    notices.push(...warnings.map(warningText));
    if (problems.length > 0) unread.set(claim.name, problems);
    else if (definition !== undefined) services.push({ name: claim.name, where: claim.where, definition });
  }
  services.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { services, unread, notices, metadata: metadataOf(root, sorted) };
}

/** Folders with keys that are no services. */
const otherFolders: ReadonlySet<string> = new Set(['metadata', 'operator']);

/** In the order of the keys, so that the result is always the same: `apps/` first, and the first of a name wins. */
function readClaims(root: string, pairs: readonly Pair[], notices: string[]): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const pair of pairs) {
    const claim = readClaim(root, pair, notices);
    if (claim === undefined) continue;
    const winner = claims.get(claim.name);
    if (winner === undefined) claims.set(claim.name, claim);
    else notices.push(`${claim.where}: not used, because ${winner.where} defines ${claim.name} already`);
  }
  return claims;
}

function readClaim(root: string, { key, value }: Pair, notices: string[]): Claim | undefined {
  if (key.endsWith('/')) {
    notices.push(`${key}: nothing runs from a key that ends with "/"; write it to ${trimEndOf(key, '/')}`);
    return undefined;
  }
  const [space = '', ...rest] = key.slice(root.length).split('/');
  const name = rest.at(-1) ?? space;
  if (otherFolders.has(space) && rest.length > 0) return undefined;
  if ((space !== 'apps' && space !== 'services') || rest.length === 0) {
    notices.push(`${key}: nothing runs from here; write it to ${root}apps/${name}`);
    return undefined;
  }
  const problem = nameProblem(name);
  if (problem === undefined) return { name, where: key, value };
  notices.push(`${key}: ${problem}`);
  return undefined;
}

export interface ReadValue {
  readonly definition?: ServiceDefinition;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** The name of an image, or JSON. */
export function readValue({ value, where }: Omit<Claim, 'name'>): ReadValue {
  const text = value.trim();
  if (!text.startsWith('{')) return readImageName(text, where);
  const { root, problems, warnings } = readDocument(where, value);
  return { ...definedOnly({ definition: readDefinition(root) }), problems, warnings };
}

function readImageName(text: string, where: string): ReadValue {
  if (isImageReference(text)) return { definition: plainDefinition(text), problems: [], warnings: [] };
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const message = text === '' ? 'the value is empty' : `"${shown}" is neither the name of an image nor a JSON object`;
  return { problems: [{ where, message, suggestion: 'write redis:7, or {"image": "redis:7"}' }], warnings: [] };
}

/** Of a mistake in the text of a service that keeps it from nothing. */
export function warningText({ where, message }: Problem): string {
  return `${where === undefined ? '' : `${where}: `}${message}; it is not used`;
}

/** The node's own facts among its keys. */
export function metadataOf(root: string, pairs: readonly Pair[]): ReadonlyMap<string, string> {
  const folder = `${root}metadata/`;
  return new Map(
    pairs.filter(({ key }) => key.startsWith(folder)).map(({ key, value }) => [key.slice(folder.length), value]),
  );
}
