import { definedOnly } from '../../defined.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { InstanceSpec, Origin } from '../../model/desired.ts';
import { labelledSpec } from '../../model/labelled-spec.ts';
import { maskPasswords } from '../../model/secret-text.ts';
import { flatten, originOf } from './differences.ts';

/** A field of two specs of one instance. */
export interface ComparedField {
  readonly field: string;
  /** Absent: that one has no such field. */
  readonly from?: ComparedValue;
  readonly to?: ComparedValue;
  /** Of a secret that both have; without it the two values differ. */
  readonly secret?: 'equal' | 'differs';
}

export interface ComparedValue {
  readonly value: string;
  readonly origin?: Origin;
}

/** The fields in which two specs differ, and all secrets that both have, which are compared by value. */
export function compareSpecs(from: InstanceSpec, to: InstanceSpec): readonly ComparedField[] {
  const [left, right] = [fieldsOf(from), fieldsOf(to)];
  const [before, after] = [secretsOf(from), secretsOf(to)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((field): readonly ComparedField[] => {
    const isSecret = before.has(field) && after.has(field);
    const sides = {
      ...side('from', field, from, { text: left.get(field), isSecret: before.has(field) }),
      ...side('to', field, to, { text: right.get(field), isSecret: after.has(field) }),
    };
    if (isSecret) return [{ field, ...sides, secret: before.get(field) === after.get(field) ? 'equal' : 'differs' }];
    return left.get(field) === right.get(field) ? [] : [{ field, ...sides }];
  });
}

function fieldsOf(spec: InstanceSpec): ReadonlyMap<string, string> {
  const { after, sleepSeconds } = spec;
  return flatten({ ...labelledSpec(spec), after, sleepSeconds }, '', new Map());
}

/** Values by field, for comparing only. */
function secretsOf({ environment, files }: InstanceSpec): ReadonlyMap<string, string> {
  return new Map([
    ...environment.flatMap(({ name, value, secret }): [string, string][] =>
      secret ? [[`environment.${name}`, canonicalJson(value)]] : [],
    ),
    ...files.flatMap(({ path, content, secret }): [string, string][] =>
      secret === true ? [[`files.${path}`, canonicalJson(content)]] : [],
    ),
  ]);
}

function side(
  name: 'from' | 'to',
  field: string,
  { origins }: InstanceSpec,
  { text, isSecret }: { readonly text: string | undefined; readonly isSecret: boolean },
): Pick<ComparedField, 'from' | 'to'> {
  if (text === undefined) return {};
  const origin = originOf(origins, field);
  const value = isSecret ? '<secret>' : maskPasswords(text);
  return { [name]: { value, ...definedOnly({ origin }) } };
}
