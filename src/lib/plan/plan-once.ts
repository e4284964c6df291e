import { label } from '../labels.ts';
import type { ObservedHosts } from '../model/observed-hosts.ts';
import type { Desired, InstanceSpec, Owner } from '../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import type { Operation } from './operation.ts';
import type { Plan } from './plan.ts';
import { isLabelledAs } from './ownership.ts';
import { planRun } from './plan-run.ts';

export interface OnceOptions {
  readonly command: readonly string[];
  readonly terminal: boolean;
  /** The waiting command, for its label. */
  readonly by: string;
}

/** The file that lets an instance on the base image publish its names. */
const dnsClientFile = '/etc/dockerops/dns.json';

/** Plans a one-off instance: the service's configuration with another command, not found or reached by others. */
export function planOnce(desired: Desired, hosts: ObservedHosts, options: OnceOptions): Plan {
  const instances = desired.instances.map((spec) => oneOff(spec, options));
  const run = { replace: 'never', build: 'missing', wait: false, timeoutSeconds: 0 } as const;
  const plan = planRun({ ...desired, instances, complete: false }, hosts, run);
  return { ...plan, operations: plan.operations.map((operation) => asOnce(operation, options)) };
}

/** Without ports, names, restarts, and the data of instances that stay. */
function oneOff({ healthcheck: _, ...spec }: InstanceSpec, { command, terminal }: OnceOptions): InstanceSpec {
  const { network } = spec;
  return {
    ...spec,
    command,
    ports: [],
    lease: 'none',
    after: [],
    sleepSeconds: 0,
    files: spec.files.filter(({ path }) => path !== dnsClientFile),
    mounts: spec.mounts.filter(
      (mount) => mount.kind !== 'data' && !(mount.kind === 'volume' && mount.lifetime === 'instance'),
    ),
    network: network.mode === 'network' ? { ...network, reservedAddress: false, aliases: [] } : network,
    runtime: { ...spec.runtime, restart: 'no', stdin: true, ...(terminal ? { interactive: true } : {}) },
  };
}

/**
 * Takes from its labels what makes it an instance, so that it is never listed, compared or replaced as one; and its
 * command, which may hold a secret, with the spec.
 */
function asOnce(operation: Operation, { by }: OnceOptions): Operation {
  if (operation.kind !== 'create-container') return operation;
  const { [label.spec]: _spec, [label.specHash]: _hash, [label.specVersion]: _version, ...labels } = operation.labels;
  return { ...operation, labels: { ...labels, [label.kind]: ['once'], [label.onceBy]: [by] } };
}

/** One-off instances of the owner, by name. */
export function onceContainers(
  owner: Owner,
  observed: Pick<ObservedState, 'containers'>,
): readonly ObservedContainer[] {
  return observed.containers
    .filter(({ labels }) => labels[label.kind] === 'once' && isLabelledAs(owner, labels))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
