import type { Problem } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import { type ConfPath, nodeAt, placeOfKey, placeOfPath } from './conf-node.ts';
import type { ConfText } from './conf-text.ts';
import { runConfSchema } from './run-conf-schema.ts';
import type { Schema } from './schema/schema.ts';
import { validate, type SchemaError } from './run-conf-validation.ts';

/** Everything in a conf's value that its schema does not admit. */
export function schemaProblems(conf: ConfText, value: unknown): readonly Problem[] {
  return validate(value)
    .filter(isOwn)
    .map((error) => problemOf(conf, error, pathOf(error.instancePath)));
}

/** The complaint about a key itself comes once more for its object. */
function isOwn({ keyword }: SchemaError): boolean {
  return keyword !== 'propertyNames';
}

function pathOf(pointer: string): ConfPath {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function problemOf(conf: ConfText, error: SchemaError, path: ConfPath): Problem {
  const { keyword, params } = error;
  const schema = schemaAt(error.schemaPath);
  if (keyword === 'additionalProperties') return unknownKey(conf, path, params.additionalProperty ?? '', schema);
  if (error.propertyName !== undefined) return wrongKey(conf, path, error.propertyName, schema);
  const where = placeOfPath(conf, path);
  if (keyword === 'required')
    return {
      where,
      message: `${nameOf(path) ?? 'this entry'} has no "${params.missingProperty ?? ''}"`,
      suggestion: `add "${params.missingProperty ?? ''}": …`,
    };
  const value = conf.root === undefined ? undefined : nodeAt(conf.root, path);
  if (path.length === 0)
    return {
      where,
      message: `${conf.file} is ${shown(value?.type, value?.value)}; it must be a list in [ ]`,
      suggestion: 'write [{ "service": "…" }, …]',
    };
  return {
    where,
    ...wrongValue(nameOf(path) ?? 'this entry', shown(value?.type, value?.value), value?.value, keyword, schema),
  };
}

/** The schema that the failed keyword stands in. */
function schemaAt(schemaPath: string): Schema {
  const segments = schemaPath
    .split('/')
    .slice(1, -1)
    .map((segment) => decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~'));
  return segments.reduce<unknown>(
    (schema, segment) => (schema as Record<string, unknown> | undefined)?.[segment],
    runConfSchema,
  ) as Schema;
}

const replacements: Readonly<Record<string, string>> = {
  extra_args:
    'say it with the keys that do it: "volumes", "ports", "env_vars", "devices", "cap_add", "mem_limit", "cpus", "ulimits", "tmpfs", "extra_hosts", "sysctls", "user", "init", "read_only"',
  environment: 'did you mean "env_vars"?',
  command: 'did you mean "seed_command"?',
  entrypoint: 'entrypoints come with the image, in /entrypoints; for another command there is "seed_command"',
  build: 'what is in services/<service> is built; for ARG values there is "build_args"',
  networks: 'a project has one network; for the host\'s own there is "network_mode": "host"',
};

function unknownKey(conf: ConfText, path: ConfPath, key: string, schema: Schema): Problem {
  const known = Object.keys(schema.properties ?? {});
  const nearest = findNearest(key, known);
  const isEntry = path.length === 1;
  const replacement = isEntry ? replacements[key] : undefined;
  const message =
    key === 'extra_args' && isEntry
      ? 'key "extra_args" is not taken any more'
      : `unknown key "${key}"${isEntry ? '' : ` in ${nameOf(path) ?? 'run.conf'}`}`;
  const suggestion =
    replacement ?? (nearest !== undefined ? `did you mean "${nearest}"?` : `keys are ${known.join(', ')}`);
  return { where: placeOfKey(conf, path, key), message, suggestion };
}

function wrongKey(conf: ConfText, path: ConfPath, key: string, schema: Schema): Problem {
  const example = schema.examples?.[0];
  return {
    where: placeOfKey(conf, path, key),
    message: `"${key}" cannot be a name in ${nameOf(path) ?? 'run.conf'}`,
    ...(example !== undefined && { suggestion: `names are like ${String(example)}` }),
  };
}

/** `env_vars.DB_HOST`, `links[0]`: as a reader of run.conf would say it, without the number of the entry. */
function nameOf([, ...path]: ConfPath): string | undefined {
  if (path.length === 0) return undefined;
  return `"${path.map((segment, index) => (/^\d+$/.test(segment) ? `[${segment}]` : `${index === 0 ? '' : '.'}${segment}`)).join('')}"`;
}

function shown(type: string | undefined, value: unknown): string {
  return type === 'object' || type === 'array' ? `an ${type}` : JSON.stringify(value);
}

function wrongValue(
  name: string,
  found: string,
  value: unknown,
  keyword: string,
  schema: Schema,
): Pick<Problem, 'message' | 'suggestion'> {
  if (keyword === 'enum') return wrongChoice(name, value, schema.enum ?? []);
  if (keyword === 'pattern') return { message: `${name} is ${found}, which is not of its form`, ...exampleOf(schema) };
  if (keyword === 'type') return wrongType(name, found, value, schema);
  const bound = { minimum: schema.minimum, maximum: schema.maximum, exclusiveMinimum: schema.exclusiveMinimum }[
    keyword
  ];
  const words = { minimum: 'at least', maximum: 'at most', exclusiveMinimum: 'more than' }[keyword] ?? '';
  return { message: `${name} is ${found}; it must be ${words} ${String(bound)}` };
}

function wrongChoice(
  name: string,
  value: unknown,
  choices: readonly string[],
): Pick<Problem, 'message' | 'suggestion'> {
  const nearest = findNearest(String(value), choices);
  return {
    message: `${name} is ${JSON.stringify(value)}; it can be ${listOf(choices.map((choice) => `"${choice}"`))}`,
    ...(nearest !== undefined && { suggestion: `did you mean "${nearest}"?` }),
  };
}

function exampleOf({ examples = [] }: Schema): { readonly suggestion?: string } {
  return examples.length === 0
    ? {}
    : { suggestion: `write it like ${examples.map((example) => JSON.stringify(example)).join(' or ')}` };
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text in double quotes',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  null: 'null',
};

function wrongType(
  name: string,
  found: string,
  value: unknown,
  schema: Schema,
): Pick<Problem, 'message' | 'suggestion'> {
  const types = [schema.type ?? []].flat();
  const message = `${name} is ${found}; it must be ${listOf(types.map((type) => typeWords[type] ?? type))}`;
  const meant = types.includes('boolean')
    ? booleans[String(value).toLowerCase()]
    : types.includes('string') && typeof value === 'boolean'
      ? `"${value ? 'True' : 'False'}"`
      : undefined;
  return { message, ...(meant === undefined ? exampleOf(schema) : { suggestion: `write ${meant}` }) };
}

const booleans: Readonly<Record<string, string>> = {
  true: 'true',
  yes: 'true',
  y: 'true',
  '1': 'true',
  on: 'true',
  false: 'false',
  no: 'false',
  n: 'false',
  '0': 'false',
  off: 'false',
};

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
