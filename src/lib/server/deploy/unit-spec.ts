import { definedOnly } from '../../defined.ts';
import { label } from '../../labels.ts';
import type { EnvironmentVariable, InstanceSpec, MountSpec } from '../../model/desired.ts';
import type { Healthcheck } from '../../model/runtime-options.ts';
import { isSecretName } from '../../model/secret-name.ts';
import { resolveHealthcheck } from '../../project/resolve/container/healthcheck.ts';
import { unitAlias, unitNetwork } from '../balancer/balancing.ts';
import type { ServiceConfig, ServiceVersion } from '../services/service.ts';
import { unitName, versionName } from './unit.ts';

/** The Swarm service of a version; its constraints say which nodes it must not use. */
export function versionSpec(version: ServiceVersion, server: string, constraints: readonly string[]): InstanceSpec {
  const name = versionName(version);
  return {
    ...commonSpec(version, server),
    key: name,
    container: name,
    instance: String(version.version),
    placement: {
      kind: 'swarm',
      mode: { replicated: version.config.numInstances },
      constraints,
      endpoint: 'dnsrr',
    },
  };
}

/** One unit of a version as a container of the local engine. */
export function unitSpec(version: ServiceVersion, instance: number, server: string): InstanceSpec {
  const name = unitName({ ...version, instance });
  return {
    ...commonSpec(version, server),
    key: name,
    container: name,
    instance: String(instance),
    placement: { kind: 'engine' },
  };
}

type Common = Omit<InstanceSpec, 'key' | 'container' | 'instance' | 'placement'>;

function commonSpec({ service, version, image, config, createdAt }: ServiceVersion, server: string): Common {
  return {
    service,
    type: 'standard',
    image,
    hostname: '',
    environment: environmentOf(config),
    files: [],
    network: {
      mode: 'network',
      network: unitNetwork(server),
      reservedAddress: false,
      aliases: [unitAlias(service), unitAlias(service, version)],
      links: [],
    },
    ports: [],
    mounts: Object.entries(config.volume).map(([source, target]) => toMount(source, target)),
    runtime: { restart: 'unless-stopped' },
    ...definedOnly({ healthcheck: healthcheckOf(config.healthcheck) }),
    labels: { [label.version]: String(version), [label.versionRecorded]: String(createdAt) },
    lease: 'none',
    after: [],
    sleepSeconds: 0,
    origins: {},
  };
}

function environmentOf({ env }: Pick<ServiceConfig, 'env'>): readonly EnvironmentVariable[] {
  return Object.entries(env).map(([name, value]) => ({ name, value: [String(value)], secret: isSecretName(name) }));
}

/** `/of/the/host` or the name of a volume, and `/in/the/container[:ro]`. */
function toMount(source: string, place: string): MountSpec {
  const readOnly = place.endsWith(':ro');
  const target = place.replace(/:(?:ro|rw)$/, '');
  return source.startsWith('/')
    ? { kind: 'bind', source, target, readOnly }
    : { kind: 'volume', volume: source, target, readOnly, lifetime: 'kept' };
}

/** A shell command, a list as images have it, or an object as run.conf and Compose have it. */
function healthcheckOf(value: unknown): Healthcheck | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return resolveHealthcheck({ test: value });
  return resolveHealthcheck(value ?? undefined);
}
