import type { InstanceSpec, KeySpec, Template } from '../../model/desired.ts';
import { clientKey, dnsKey, hostAuthority, hostKey } from '../keys/key-names.ts';

const projectKeys = [
  { name: clientKey, kind: 'ssh' },
  { name: hostAuthority, kind: 'ssh' },
  { name: dnsKey, kind: 'secret' },
] as const;

/** The keys that the files of instances refer to. A host key is made and removed with its container. */
export function keySpecs(
  specs: readonly InstanceSpec[],
  existing: ReadonlySet<string>,
  zone: string | undefined,
): readonly KeySpec[] {
  const pieces = specs.flatMap(({ files }) => files).flatMap(({ content }) => content);
  const names = new Set(pieces.map(keyName));
  const ofProject = projectKeys.filter(({ name }) => names.has(name));
  const ofInstances = specs.filter(({ key }) => names.has(hostKey(key)));
  return [
    ...ofProject.map((key): KeySpec => ({ ...key, keep: 'project', exists: existing.has(key.name) })),
    ...ofInstances.map((spec): KeySpec => ({
      name: hostKey(spec.key),
      kind: 'ssh',
      keep: 'instance',
      exists: false,
      certify: { by: hostAuthority, principals: hostNames(spec, zone) },
    })),
  ];
}

function keyName(piece: Template[number]): string | undefined {
  if (typeof piece === 'string') return undefined;
  if ('privateKey' in piece) return piece.privateKey;
  if ('publicKey' in piece) return piece.publicKey;
  if ('certificate' in piece) return piece.certificate;
  if ('derivedSecret' in piece) return piece.derivedSecret;
  return 'secret' in piece ? piece.secret : undefined;
}

/** All names by which an instance can be reached; that of its service is shared by all instances of the service. */
function hostNames(
  { key, service, container, hostname, network }: InstanceSpec,
  ownZone: string | undefined,
): readonly [string, ...string[]] {
  const zone = ownZone ?? (network.mode === 'network' ? network.resolver?.search : undefined);
  const inZone = zone === undefined ? [] : [`${key}.${zone}`, `${service}.${zone}`];
  const others = new Set([service, hostname, container, ...inZone]);
  others.delete(key);
  return [key, ...others];
}
