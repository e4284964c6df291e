import { basename } from 'node:path/posix';
import type { Problem } from '../../errors.ts';
import type { LinkSpec, MountSpec, PortSpec } from '../../model/desired.ts';
import type { ContainerState, Health, ObservedContainer } from '../../model/observed-state.ts';
import { isCompleted } from '../../model/completed.ts';
import { knownHealth } from '../../model/known-health.ts';
import type { Difference } from '../../plan/plan.ts';
import type { ExposedPort } from '../../project/dockerfile/exposed-ports.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import type { Chosen } from '../../project/resolve/switches.ts';
import type { Service } from '../../project/services.ts';
import type { InstanceType } from '../../switches.ts';
import type { ImageInfo } from './image-info.ts';
import type { Trouble } from '../../observe/trouble.ts';
import { addressOf } from './list-instances.ts';

/** One service in detail: what its files say, its image, and each instance beside its desired state. */
export interface ServiceInfo {
  readonly service: string;
  /** `unknown`: the project's files do not have it, or cannot be read. */
  readonly kind: Service['kind'] | 'unknown';
  readonly directory?: string;
  readonly image: ImageInfo;
  readonly ports: readonly ExposedPort[];
  readonly entries: readonly { readonly where: string; readonly instance: string | null; readonly group?: string }[];
  readonly instances: readonly InstanceInfo[];
  /** Of its instances and of the project as a whole. While there are any, no differences are computed. */
  readonly problems: readonly Problem[];
}

export interface InstanceInfo {
  readonly key: string;
  readonly instance: string;
  readonly type: Chosen<InstanceType>;
  readonly state: ContainerState | 'none';
  readonly health?: Health;
  /** A job that has succeeded. */
  readonly completed?: true;
  readonly address: string;
  readonly container?: string;
  readonly switches: Readonly<Record<string, Chosen<boolean>>>;
  /** Private host names, and the containers that they point to. */
  readonly links: readonly LinkSpec[];
  readonly ports: readonly PortSpec[];
  readonly mounts: readonly MountSpec[];
  /** Names under /run/secrets. */
  readonly secrets: readonly string[];
  /** Keys of instances that have to be ready before it starts. */
  readonly after: readonly string[];
  readonly differences: readonly Difference[];
  /** Why it does not work, with its last lines. */
  readonly trouble?: Trouble;
}

export function instanceInfo(
  { spec, switches }: ResolvedInstance,
  container: ObservedContainer | undefined,
  differences: readonly Difference[],
): InstanceInfo {
  return {
    key: spec.key,
    instance: spec.instance,
    type: switches.type,
    switches: switches.switches,
    ports: spec.ports,
    after: spec.after,
    differences,
    links: spec.network.mode === 'network' ? spec.network.links : [],
    mounts: spec.mounts.filter(({ kind }) => kind !== 'scratch'),
    secrets: spec.files.flatMap(({ path, secret }) => (secret === true ? [basename(path)] : [])),
    ...containerInfo(container),
  };
}

/** What the engine says of an instance. */
export function containerInfo(
  container: ObservedContainer | undefined,
): Pick<InstanceInfo, 'state' | 'health' | 'address' | 'container' | 'completed'> {
  if (container === undefined) return { state: 'none', address: '' };
  const { state, name } = container;
  return {
    state,
    health: knownHealth(container),
    address: addressOf(container),
    container: name,
    ...(isCompleted(container) ? { completed: true } : {}),
  };
}
