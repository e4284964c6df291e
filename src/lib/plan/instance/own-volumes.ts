import { label } from '../../labels.ts';
import type { ObservedContainer, ObservedState, VolumeUse } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { CarriedVolume } from '../operation-parts.ts';
import type { PlanBuilder } from '../builder.ts';

/** As the engine names an anonymous volume. */
const generatedName = /^[0-9a-f]{64}$/;
const anonymous = 'com.docker.volume.anonymous';

/**
 * Anonymous volumes, which the engine made for a `VOLUME` of the image: they hold data of the user's that nothing
 * else has, and are never removed.
 */
export function anonymousVolumes(
  { volumes }: ObservedContainer,
  observed: Pick<ObservedState, 'volumes'>,
): readonly VolumeUse[] {
  return volumes.filter(({ name }) => {
    const labels = labelsOf(name, observed);
    return labels[label.kind] === undefined && (generatedName.test(name) || labels[anonymous] !== undefined);
  });
}

/** Those that a replacement gets: mounted on the same targets, where nothing else is mounted there now. */
export function carriedVolumes(
  spec: InstanceSpec,
  existing: ObservedContainer | undefined,
  observed: Pick<ObservedState, 'volumes'>,
): { readonly carried: readonly CarriedVolume[]; readonly left: readonly VolumeUse[] } {
  const taken = new Set([
    ...spec.mounts.map(({ target }) => target),
    ...(spec.runtime.tmpfs ?? []).map((entry) => entry.split(':')[0] ?? ''),
  ]);
  const volumes =
    existing === undefined
      ? []
      : anonymousVolumes(existing, observed).toSorted((a, b) => (a.target < b.target ? -1 : 1));
  return {
    carried: volumes.filter(({ target }) => !taken.has(target)).map(({ name, target }) => ({ volume: name, target })),
    left: volumes.filter(({ target }) => taken.has(target)),
  };
}

/** Removes the container's own volumes, which hold no data of the user's. */
export function removeScratch(
  { volumes }: ObservedContainer,
  observed: Pick<ObservedState, 'volumes'>,
  common: { readonly subject: string; readonly cause: string; readonly needs: readonly string[] },
  builder: PlanBuilder,
): void {
  for (const volume of volumes.filter((each) => labelsOf(each.name, observed)[label.kind] === 'scratch')) {
    builder.add({ ...common, id: `remove volume ${volume.name}`, kind: 'remove-volume', volume: volume.name });
  }
}

/** Warns of volumes that stay on the engine without a container. */
export function warnOfKeptVolumes(key: string, volumes: readonly VolumeUse[], builder: PlanBuilder): void {
  for (const { name, target } of volumes)
    builder.warnings.push(
      `volume ${name} of ${key} (${target}) is kept; to delete it and its data: docker volume rm ${name}`,
    );
}

function labelsOf(volume: string, { volumes }: Pick<ObservedState, 'volumes'>): Readonly<Record<string, string>> {
  return volumes.find(({ name }) => name === volume)?.labels ?? {};
}
