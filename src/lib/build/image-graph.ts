import { resolve } from 'node:path';
import { cutAt } from '../cut-text.ts';
import type { Problem } from '../errors.ts';
import { canonicalReference } from '../image-reference.ts';
import type { ImageSpec } from '../model/desired.ts';

export interface ImageGraph {
  /** Parents before children; alphabetical where the order is free. */
  readonly order: readonly ImageSpec[];
  /** The same in steps: an image needs only images of the levels before its own. */
  readonly levels: readonly (readonly ImageSpec[])[];
  readonly problems: readonly Problem[];
}

interface Nodes {
  readonly images: readonly ImageSpec[];
  /** By canonical reference. */
  readonly byName: ReadonlyMap<string, ImageSpec>;
  /** First parts of the names that are made here: in these, no registry is asked. */
  readonly spaces: ReadonlySet<string>;
}

/**
 * Which image is built on which. Parents that nobody here makes are left to registries, except in the name spaces of
 * the given images and in `dockerops/`: there, a parent that is not in the list does not exist and is a problem.
 * Images with a problem, and all that is built on them, are in no level.
 */
export function imageGraph(images: readonly ImageSpec[]): ImageGraph {
  const nodes = toNodes(images);
  const levels = findLevels(nodes);
  return { order: levels.flat(), levels, problems: [...missingParents(nodes), ...cycles(nodes)] };
}

function toNodes(images: readonly ImageSpec[]): Nodes {
  const sorted = images.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
  const made = sorted.filter((image) => image.source.kind !== 'registry');
  return {
    images: sorted,
    byName: new Map(sorted.map((image) => [canonicalReference(image.reference), image])),
    spaces: new Set(['dockerops', ...made.map((image) => nameSpace(image.reference)).filter((space) => space !== '')]),
  };
}

function findLevels(nodes: Nodes): ImageSpec[][] {
  const levels: ImageSpec[][] = [];
  const placed = new Set<ImageSpec>();
  const stands = (parent: string): boolean => {
    const image = nodes.byName.get(canonicalReference(parent));
    return image === undefined ? !isMissing(parent, nodes) : placed.has(image);
  };
  for (;;) {
    const level = nodes.images.filter((image) => !placed.has(image) && image.parents.every(stands));
    if (level.length === 0) return levels;
    for (const image of level) placed.add(image);
    levels.push(level);
  }
}

function isMissing(parent: string, nodes: Nodes): boolean {
  return !nodes.byName.has(canonicalReference(parent)) && nodes.spaces.has(nameSpace(parent));
}

function missingParents(nodes: Nodes): Problem[] {
  return nodes.images.flatMap((image) =>
    image.parents
      .filter((parent) => isMissing(parent, nodes))
      .map((parent) => ({
        ...place(image),
        message: `${image.reference} is built on ${parent}, which nothing here makes`,
        suggestion: suggestion(parent, nodes),
      })),
  );
}

function suggestion(parent: string, nodes: Nodes): string {
  if (nameSpace(parent) !== 'dockerops')
    return `add a service folder ${serviceOf(parent)} with a Dockerfile, or name another image in FROM`;
  const bases = nodes.images.filter((image) => image.source.kind === 'base').map((image) => image.reference);
  return `write \`FROM ${bases.join('` or `FROM ') || 'dockerops/dockerops-base'}\``;
}

function serviceOf(reference: string): string {
  return cutAt(reference.slice(reference.indexOf('/') + 1), ':@');
}

/** Each cycle once, as the path that leads back to its first image. */
function cycles(nodes: Nodes): Problem[] {
  const problems: Problem[] = [];
  const finished = new Set<ImageSpec>();
  const visit = (image: ImageSpec, path: readonly ImageSpec[]): void => {
    const start = path.indexOf(image);
    if (start >= 0) problems.push(cycleProblem(path.slice(start)));
    if (start >= 0 || finished.has(image)) return;
    for (const parent of parentsOf(image, nodes)) visit(parent, [...path, image]);
    finished.add(image);
  };
  for (const image of nodes.images) visit(image, []);
  return problems;
}

function parentsOf(image: ImageSpec, nodes: Nodes): ImageSpec[] {
  return image.parents.flatMap((parent) => nodes.byName.get(canonicalReference(parent)) ?? []);
}

function cycleProblem(cycle: readonly ImageSpec[]): Problem {
  const names = [...cycle, ...cycle.slice(0, 1)].map((image) => image.reference);
  return {
    ...(cycle[0] && place(cycle[0])),
    message: `images are built on each other: ${names.join(' -> ')}`,
    suggestion: 'change one of these FROM lines',
  };
}

function place(image: ImageSpec): { where?: string } {
  return image.source.kind === 'folder' ? { where: resolve(image.source.directory, image.source.dockerfile) } : {};
}

/** `demo` of `demo/one`; empty for references without one, which are a registry's own. */
function nameSpace(reference: string): string {
  const name = canonicalReference(reference);
  return name.slice(0, Math.max(name.indexOf('/'), 0));
}
