import { definedOnly } from '../../defined.ts';
import { findNearest } from '../../did-you-mean.ts';
import type { Problem } from '../../errors.ts';
import { type ConfPath, nodeAt, placeOfKey, placeOfPath } from './conf-node.ts';
import type { ConfText } from './conf-text.ts';
import { runConfSchema } from './run-conf-schema.ts';
import { type SchemaError, validate } from './run-conf-validation.ts';
import type { Schema } from './schema/schema.ts';
import { printValue, valueMessage } from './value-messages.ts';

/** Everything in a conf that its schema does not accept. */
export function schemaProblems(conf: ConfText, value: unknown): readonly Problem[] {
  // The error about a name comes a second time, for the object that has it.
  const errors = validate(value).filter(({ keyword }) => keyword !== 'propertyNames');
  return errors.map((error) => problemOf(conf, error, segmentsOf(error.instancePath)));
}

function problemOf(conf: ConfText, error: SchemaError, path: ConfPath): Problem {
  const { keyword, params, propertyName } = error;
  const schema = schemaAt(error.schemaPath);
  if (keyword === 'additionalProperties') return unknownKey(conf, path, params.additionalProperty ?? '', schema);
  if (propertyName !== undefined) return wrongName(conf, path, propertyName, schema);
  const where = placeOfPath(conf, path);
  const name = nameOf(path) ?? 'this entry';
  if (keyword === 'required') return { where, ...missingKey(name, params.missingProperty ?? '') };
  const node = conf.root === undefined ? undefined : nodeAt(conf.root, path);
  if (path.length === 0)
    return {
      where,
      message: `${conf.file} is ${printValue(node)}; it must be a list in [ ]`,
      suggestion: 'write [{ "service": "…" }, …]',
    };
  return { where, ...valueMessage(name, node, keyword, schema) };
}

/** The segments of a JSON pointer. */
function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The schema to which the keyword that failed belongs. */
function schemaAt(schemaPath: string): Schema {
  const segments = segmentsOf(decodeURIComponent(schemaPath)).slice(0, -1);
  return segments.reduce<unknown>(
    (schema, segment) => (schema as Record<string, unknown> | undefined)?.[segment],
    runConfSchema,
  ) as Schema;
}

function missingKey(name: string, key: string): Pick<Problem, 'message' | 'suggestion'> {
  return { message: `${name} has no "${key}"`, suggestion: `add "${key}": …` };
}

/** What to use instead of keys that users may know from elsewhere. */
const replacements: Readonly<Record<string, string>> = {
  extra_args:
    'use the keys for what it did: "volumes", "ports", "env_vars", "devices", "cap_add", "mem_limit", "cpus", ' +
    '"ulimits", "tmpfs", "extra_hosts", "sysctls", "user", "init", "read_only"',
  environment: 'did you mean "env_vars"?',
  command: 'did you mean "seed_command"?',
  entrypoint: 'entrypoints are part of the image, in /entrypoints; to run another command use "seed_command"',
  build: 'the folder services/<service> is built; for values of ARG use "build_args"',
  networks: 'a project has one network; to use that of the host write "network_mode": "host"',
};

function unknownKey(conf: ConfText, path: ConfPath, key: string, schema: Schema): Problem {
  const known = Object.keys(schema.properties ?? {});
  const nearest = findNearest(key, known);
  const isEntry = path.length === 1;
  const place = isEntry ? '' : ` in ${nameOf(path) ?? 'run.conf'}`;
  const isGone = isEntry && key === 'extra_args';
  const replacement = isEntry && Object.hasOwn(replacements, key) ? replacements[key] : undefined;
  return {
    where: placeOfKey(conf, path, key),
    message: isGone ? 'the key "extra_args" is no longer supported' : `unknown key "${key}"${place}`,
    suggestion: replacement ?? (nearest === undefined ? `keys are ${known.join(', ')}` : `did you mean "${nearest}"?`),
  };
}

function wrongName(conf: ConfText, path: ConfPath, name: string, schema: Schema): Problem {
  const example = schema.examples?.[0];
  return definedOnly({
    where: placeOfKey(conf, path, name),
    message: `"${name}" is not a valid name in ${nameOf(path) ?? 'run.conf'}`,
    suggestion: example === undefined ? undefined : `write a name like ${String(example)}`,
  });
}

/** `"env_vars.DB_HOST"`, `"links[0]"`: the path in an entry; undefined for the entry itself. */
function nameOf([, ...path]: ConfPath): string | undefined {
  if (path.length === 0) return undefined;
  const steps = path.map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`));
  return `"${steps.join('').replace(/^\./, '')}"`;
}
