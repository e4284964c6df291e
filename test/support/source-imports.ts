import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const source = resolve(import.meta.dirname, '../../src');

export interface SourceImport {
  readonly file: string;
  readonly isTypeOnly: boolean;
  /** An absolute path, the name of a package, or `node:…`. */
  readonly target: string;
}

export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What a file of src imports or exports again. As prettier writes it: single quotes, `;` at the end. */
export function importsOf(file: string): readonly SourceImport[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^(?:import|export) (type )?(?:[^'";]* from )?'([^']+)';/gm);
  const later = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, target = '']) => ({ isTypeOnly: type !== undefined, target })),
    ...[...later].map(([, target = '']) => ({ isTypeOnly: false, target })),
  ].map(({ isTypeOnly, target }) => ({ file, isTypeOnly, target: targetOf(file, target) }));
}

function targetOf(file: string, target: string): string {
  if (target.startsWith('.')) return resolve(dirname(file), target);
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** `plan` for src/lib/plan/x.ts, `errors` for src/lib/errors.ts, `commands` for src/commands/x.ts; else the same. */
export function roomOf(target: string): string {
  const path = relative(source, target);
  if (!target.startsWith('/') || path.startsWith('..')) return target;
  return (path.replace(/^lib\//, '').split('/')[0] ?? '').replace(/\.ts$/, '');
}

/** Circles of files that import each other; each begins and ends with the same file. */
export function circlesOf(imports: readonly SourceImport[]): readonly (readonly string[])[] {
  const targets = Map.groupBy(imports, ({ file }) => file);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly (readonly string[])[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file]];
    if (done.has(file)) return [];
    const found = (targets.get(file) ?? []).flatMap(({ target }) => visit(target, [...path, file]));
    done.add(file);
    return found;
  };
  return [...targets.keys()].flatMap((file) => visit(file, []));
}
