import { label, type Labels } from '../../labels.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { InstanceSpec, Owner, Template } from '../../model/desired.ts';
import { specHash, specLabel, specVersion } from '../spec/spec-hash.ts';
import { keyNames } from './instance-keys.ts';
import { ownerLabels } from '../ownership.ts';

/** All labels of the container. What the owner's text says never overrides what proves ownership. */
export function instanceLabels(spec: InstanceSpec, owner: Owner): Readonly<Record<string, Template>> {
  const keys = new Set(keyNames(spec));
  const hostKey = `host:${spec.key}`;
  return {
    ...Object.fromEntries(Object.entries(plainLabels(spec, owner)).map(([name, value]) => [name, [value]])),
    ...(keys.has(hostKey) ? { [label.hostKey]: [{ publicKey: hostKey }] } : {}),
    ...(keys.has('client') ? { [label.clientKey]: [{ publicKey: 'client' }] } : {}),
    ...linkAddressLabel(spec),
  };
}

function plainLabels(spec: InstanceSpec, owner: Owner): Labels {
  return {
    ...spec.labels,
    ...ownerLabels(owner),
    [label.kind]: 'instance',
    [label.service]: spec.service,
    [label.instance]: spec.instance,
    [label.instanceType]: spec.type,
    [label.image]: spec.image,
    [label.specVersion]: specVersion,
    [label.specHash]: specHash(spec),
    [label.spec]: specLabel(spec),
    [label.fromEnvironment]: canonicalJson(spec.fromEnvironment ?? {}),
  };
}

/** `{"demo-db-one":"10.210.2.9"}`, with the addresses filled in when they are known. */
function linkAddressLabel({ environment }: InstanceSpec): Readonly<Record<string, Template>> {
  const pieces = environment.flatMap(({ value }) => value);
  const targets = new Set(
    pieces.flatMap((piece) => (typeof piece !== 'string' && 'addressOf' in piece ? [piece.addressOf] : [])),
  );
  if (targets.size === 0) return {};
  const members = [...targets].flatMap((target, index): Template => [
    `${index === 0 ? '{' : ','}${JSON.stringify(target)}:"`,
    { addressOf: target },
    '"',
  ]);
  return { [label.linkAddresses]: [...members, '}'] };
}
