import type { EntryValues } from '../conf/run-conf-entry.ts';
import { parseEnvFile } from '../conf/env-file.ts';
import { isRecord, type Path } from './compose-file.ts';
import { expandEnvFile, type ExpandedVariable } from './env-variables.ts';
import { envFileOf } from './own-variables.ts';
import type { ServiceContext } from './service-context.ts';
import { textOf } from './yaml-values.ts';

interface NamedFile {
  readonly path: string;
  readonly place: Path;
  /** Its values name no other variables. */
  readonly isRaw: boolean;
}

/**
 * `env_file` as a path, a list of paths, or a list of maps with a path. Compose puts the values of other variables into
 * those of these files. Where that changes one, all go to one file with the values as they are then.
 */
export function convertEnvFiles(value: unknown, context: ServiceContext): Pick<EntryValues, 'env_file'> {
  const files = namedFiles(value, context);
  let known = context.variables;
  const changed: string[] = [];
  const variables = files.flatMap((file) => {
    const text = context.readFile(file.path) ?? '';
    const written = parseEnvFile(file.path, text).variables.map((variable) => ({ ...variable, missing: [] }));
    const expanded = file.isRaw ? written : expandEnvFile(file.path, text, known);
    known = { ...known, ...Object.fromEntries(expanded.map(({ name, value: text }) => [name, text])) };
    const before = new Map(written.map(({ name, value: text }) => [name, text]));
    changed.push(...expanded.flatMap(({ name, value: text }) => (before.get(name) === text ? [] : [name])));
    for (const variable of expanded) reportMissing(variable, file, context);
    return expanded;
  });
  for (const variable of variables) context.noteVariable(variable.name, variable.value);
  if (changed.length === 0) return files.length === 0 ? {} : { env_file: files.map(({ path }) => path) };
  for (const variable of variables) context.keepForService(variable.name, variable.value);
  const paths = files.map(({ path }) => path).join(', ');
  const place = envFileOf(context.service);
  context.convert(
    ['env_file'],
    `${place} is used in place of ${paths}: values that name others (${changed.join(', ')}) are written out`,
  );
  return {};
}

function namedFiles(value: unknown, context: ServiceContext): readonly NamedFile[] {
  return (Array.isArray(value) ? value : [value]).flatMap((file: unknown, index) => {
    const place: Path = Array.isArray(value) ? ['env_file', index] : ['env_file'];
    const path = (isRecord(file) ? textOf(file['path']) : textOf(file)).replace(/^\.\//, '');
    if (context.hasFile(path)) return [{ path, place, isRaw: isRecord(file) && file['format'] === 'raw' }];
    context.drop(place, `the file ${path} does not exist`);
    return [];
  });
}

function reportMissing({ name, missing }: ExpandedVariable, { path, place }: NamedFile, context: ServiceContext): void {
  if (missing.length === 0) return;
  const message = `the value of ${name} in ${path} needs ${missing.join(', ')}, which has no value here`;
  context.drop(place, message, `set ${name} in an "env_file" of the entry`);
}
