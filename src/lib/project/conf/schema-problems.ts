import { definedOnly } from '../../defined.ts';
import { findNearest } from '../../did-you-mean.ts';
import type { Problem } from '../../errors.ts';
import { type ConfPath, nodeAt, placeOfKey, placeOfPath } from './conf-node.ts';
import type { ConfText } from './conf-text.ts';
import type { Schema } from './schema/schema.ts';
import type { SchemaError } from './validation.ts';
import { printValue, typeWords, valueMessage } from './value-messages.ts';

/** A kind of conf: what is accepted, and how messages name its parts. */
export interface ConfKind {
  readonly schema: Schema;
  readonly validate: (value: unknown) => readonly SchemaError[];
  /** The part of the file with this index or key, as the subject of a sentence. */
  readonly nameOfPart: (segment: string) => string;
  /** What to write in a file that is something else as a whole. */
  readonly example: string;
  /** Keys of its parts that users may know from elsewhere: what to use instead. */
  readonly replacements: Readonly<Record<string, string>>;
}

/** Everything in a conf that its schema does not accept. */
export function schemaProblems(conf: ConfText, value: unknown, kind: ConfKind): readonly Problem[] {
  // The error about a name comes a second time, for the object that has it.
  const errors = kind.validate(value).filter(({ keyword }) => keyword !== 'propertyNames');
  return errors.map((error) => problemOf(conf, error, kind));
}

function problemOf(conf: ConfText, error: SchemaError, kind: ConfKind): Problem {
  const { keyword, params, propertyName } = error;
  const path = segmentsOf(error.instancePath);
  const schema = schemaAt(error.schemaPath, kind.schema);
  if (keyword === 'additionalProperties') return unknownKey(conf, path, params.additionalProperty ?? '', schema, kind);
  if (propertyName !== undefined) return wrongName(conf, path, propertyName, schema);
  const where = placeOfPath(conf, path);
  const name = nameOf(path) ?? kind.nameOfPart(path[0] ?? '');
  if (keyword === 'required') return { where, ...missingKey(name, params.missingProperty ?? '') };
  const node = conf.root === undefined ? undefined : nodeAt(conf.root, path);
  if (path.length === 0)
    return {
      where,
      message: `${conf.file} is ${printValue(node)}; it must be ${typeWords[String(schema.type)] ?? ''}`,
      suggestion: `write ${kind.example}`,
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
function schemaAt(schemaPath: string, root: Schema): Schema {
  const segments = segmentsOf(decodeURIComponent(schemaPath)).slice(0, -1);
  return segments.reduce<unknown>(
    (schema, segment) => (schema as Record<string, unknown> | undefined)?.[segment],
    root,
  ) as Schema;
}

function missingKey(name: string, key: string): Pick<Problem, 'message' | 'suggestion'> {
  return { message: `${name} has no "${key}"`, suggestion: `add "${key}": …` };
}

function unknownKey(conf: ConfText, path: ConfPath, key: string, schema: Schema, { replacements }: ConfKind): Problem {
  const known = Object.keys(schema.properties ?? {});
  const nearest = findNearest(key, known);
  const isEntry = path.length === 1;
  const place = isEntry ? '' : ` in ${nameOf(path) ?? conf.file}`;
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
    message: `"${name}" is not a valid name in ${nameOf(path) ?? conf.file}`,
    suggestion: example === undefined ? undefined : `write a name like ${String(example)}`,
  });
}

/** `"env_vars.DB_HOST"`, `"links[0]"`: the path in an entry; undefined for the entry itself. */
function nameOf([, ...path]: ConfPath): string | undefined {
  if (path.length === 0) return undefined;
  const steps = path.map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`));
  return `"${steps.join('').replace(/^\./, '')}"`;
}
