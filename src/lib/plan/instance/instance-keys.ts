import type { InstanceSpec } from '../../model/desired.ts';
import type { InstanceContext } from './decision.ts';
import { referencesOf } from './references.ts';

/** Names of the keys that texts of the instance refer to. */
export function keyNames(spec: InstanceSpec): readonly string[] {
  return referencesOf(spec).flatMap((reference) => {
    if ('privateKey' in reference) return [reference.privateKey];
    if ('publicKey' in reference) return [reference.publicKey];
    if ('certificate' in reference) return [reference.certificate];
    if ('derivedSecret' in reference) return [reference.derivedSecret];
    return 'secret' in reference ? [reference.secret] : [];
  });
}

/** Makes the keys of an instance that do not exist. Returns what its container waits for. */
export function planInstanceKeys(spec: InstanceSpec, context: InstanceContext): readonly string[] {
  return [...new Set(keyNames(spec).flatMap((name) => planKey(name, spec, context)))];
}

function planKey(name: string, spec: InstanceSpec, context: InstanceContext): readonly string[] {
  const { desired, owner, builder } = context;
  const key = desired.keys.find((candidate) => candidate.name === name);
  if (key === undefined || key.exists) return [];
  const id = `key ${name}`;
  if (builder.has(id)) return [id];
  const needs = key.certify === undefined ? [] : planKey(key.certify.by, spec, context);
  const subject = key.keep === 'instance' ? spec.key : owner.name;
  return [builder.add({ id, kind: 'create-key', subject, cause: 'no key', needs, key })];
}
