import type { EngineMount } from '../engine/container-config.ts';
import { digitsOf } from './host-directory.ts';
import { label, type Labels } from '../labels.ts';
import type { InstanceSpec, MountSpec } from '../model/desired.ts';

/** Labels of a container that its volumes have, too. */
const sharedLabels = [
  label.project,
  label.path,
  label.machine,
  label.node,
  label.server,
  label.service,
  label.instance,
] as const;

/** What the engine is asked for; `labels` are those of the container. */
export function toMount(mount: MountSpec, spec: InstanceSpec, labels: Labels): EngineMount {
  const own = Object.fromEntries(
    sharedLabels.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
  );
  switch (mount.kind) {
    case 'scratch':
      return { ...mount, labels: { ...own, [label.kind]: 'scratch' } };
    case 'data':
      return toDataMount(mount, spec, own);
    case 'bind':
    case 'volume':
      return mount;
  }
}

/**
 * The volume is only the way to a directory of the host: it is removed with its instance, the directory is not. The
 * directory is part of its name, since the engine would go on using a volume of the same name that was made for another
 * directory.
 */
function toDataMount(
  { directory, target, shared }: Extract<MountSpec, { kind: 'data' }>,
  { container }: InstanceSpec,
  labels: Labels,
): EngineMount {
  if (shared === true) return { kind: 'directory', directory, target };
  const volume = `${container}-${target.replace(/^\//, '').replaceAll('/', '-')}-${digitsOf(directory)}`;
  return { kind: 'data', volume, directory, target, labels };
}
