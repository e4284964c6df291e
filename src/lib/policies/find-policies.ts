import { globSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import type { Problem } from '../errors.ts';

export interface PolicyFile {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

export interface FoundPolicies {
  /** Sorted by name. */
  readonly files: readonly PolicyFile[];
  readonly problems: readonly Problem[];
}

const extensions: ReadonlySet<string> = new Set(['.ts', '.mjs', '.js']);
const nameForm = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * The files of policies in a folder, or those that a glob matches; other files are no policies, nor are tests
 * (`web.spec.ts`) and declarations. `bundled`: names of those that come with dockerops.
 */
export function findPolicies(place: string, bundled: readonly string[]): FoundPolicies {
  const paths = pathsAt(place);
  if (paths === undefined)
    return { files: [], problems: [{ where: place, message: 'there is no such folder or file' }] };
  const files = paths.filter(isPolicy).map((file) => ({ name: basename(file, extname(file)), file }));
  const byName = [...Map.groupBy(files, ({ name }) => name)].sort(([a], [b]) => (a < b ? -1 : 1));
  const problems = [
    ...paths.filter((path) => extname(path) === '.rb').map((path) => rubyProblem(path, bundled)),
    ...byName.flatMap(([name, same]) => nameProblems(name, same)),
  ];
  if (files.length === 0 && problems.length === 0)
    problems.push({
      where: place,
      message: 'there is no policy',
      suggestion: 'write one into a file <name>.ts, .mjs or .js: see docs/registrator.md',
    });
  return { files: byName.flatMap(([, [first]]) => first ?? []), problems };
}

/** Sorted; undefined: there is no such folder. */
function pathsAt(place: string): readonly string[] | undefined {
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true)
    return readdirSync(place)
      .sort()
      .map((name) => resolve(join(place, name)));
  if (stats !== undefined) return [resolve(place)];
  return /[*?[{]/.test(place)
    ? globSync(place)
        .sort()
        .map((path) => resolve(path))
    : undefined;
}

function isPolicy(path: string): boolean {
  return extensions.has(extname(path)) && !/\.(d|spec|test)\.[a-z]+$/.test(path);
}

function rubyProblem(path: string, bundled: readonly string[]): Problem {
  const name = basename(path, '.rb');
  return {
    where: path,
    message: 'a policy in Ruby cannot be loaded: docs/porting-policies.md shows how to write it in TypeScript',
    ...(bundled.includes(name) ? { suggestion: `this one comes with dockerops: --policy ${name}` } : {}),
  };
}

function nameProblems(name: string, [first, ...others]: readonly PolicyFile[]): readonly Problem[] {
  const where = first?.file ?? '';
  const twice = others.map(({ file }) => ({ where: file, message: `the policy ${name} is in ${where}, too` }));
  if (nameForm.test(name)) return twice;
  const rule = 'at most 63 lower-case letters, digits, "_" and "-", the first a letter or digit';
  return [...twice, { where, message: `"${name}" cannot be the name of a policy: ${rule}` }];
}
