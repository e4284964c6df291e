import { join, posix } from 'node:path';
import type { Problem } from '../../../errors.ts';
import type { MountSpec } from '../../../model/desired.ts';
import { switchNames, switchTable } from '../../../switches.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import type { ResolvedSecrets } from '../environment/secrets.ts';
import type { Findings } from '../findings.ts';
import { parseVolume } from './volume-text.ts';
import { writablePlaces } from './writable-places.ts';

export interface ResolvedMounts extends Pick<Findings, 'problems'> {
  readonly mounts: readonly MountSpec[];
  /** Directories in memory, besides those of run.conf. */
  readonly tmpfs: readonly string[];
}

const keeping = switchNames.flatMap((name) => {
  const { keeps } = switchTable[name];
  return keeps === undefined ? [] : [{ name, ...keeps }];
});

/** Names of an instance's own folders in the data directory. */
export const persistentFolders = keeping.filter(({ shared }) => shared !== true).map(({ folder }) => folder);

/** Kept folders and `volumes` of run.conf, the zone of a DNS, secrets, and what a read-only root needs. */
export function resolveMounts(secrets: ResolvedSecrets, context: InstanceContext): ResolvedMounts {
  const volumes = writtenVolumes(context);
  const written = [...keptFolders(context), ...volumes.mounts].sort((a, b) => (a.target < b.target ? -1 : 1));
  const mounts = [...written, ...zoneVolume(context), ...secrets.mounts];
  const places = writablePlaces(mounts, context);
  return {
    mounts: [...mounts, ...places.mounts],
    tmpfs: [...secrets.tmpfs, ...places.tmpfs],
    problems: [...volumes.problems, ...repeatedTargets(written, context.entry)],
  };
}

/** A shared folder is directly in the data directory, another in that of its instance. */
function keptFolders({ project, selected, switches }: InstanceContext): readonly MountSpec[] {
  const { dataDirectory } = project.place;
  const own = `${selected.service.name}_${selected.instance}`;
  return keeping
    .filter(({ name }) => switches.switches[name].value)
    .map(({ folder, target, shared }) =>
      shared === true
        ? { kind: 'data', directory: join(dataDirectory, folder), target, shared }
        : { kind: 'data', directory: join(dataDirectory, own, folder), target },
    );
}

function writtenVolumes({ entry, project }: InstanceContext): Pick<ResolvedMounts, 'mounts' | 'problems'> {
  const parsed = volumesOf(entry).map(({ text, where }) => ({ where, ...parseVolume(text, project.place) }));
  return {
    mounts: parsed.flatMap((volume) => ('mount' in volume ? [volume.mount] : [])),
    problems: parsed.flatMap((volume) => ('problem' in volume ? [{ where: volume.where, ...volume.problem }] : [])),
  };
}

/** `volumes` is a list, or one text with commas between them. */
function volumesOf(entry: RunConfEntry | undefined): readonly { readonly text: string; readonly where: string }[] {
  const volumes = entry?.values.volumes;
  if (entry === undefined || volumes === undefined) return [];
  if (typeof volumes !== 'string')
    return volumes.map((text, index) => ({ text, where: placeIn(entry, `volumes.${String(index)}`) }));
  const texts = volumes.split(',').map((text) => text.trim());
  return texts.filter((text) => text !== '').map((text) => ({ text, where: placeIn(entry, 'volumes') }));
}

function zoneVolume({ isDns, key, project }: InstanceContext): readonly MountSpec[] {
  if (!isDns) return [];
  const volume = `dockerops-${project.place.name}-${key}-zone`;
  return [{ kind: 'volume', volume, target: '/var/lib/dockerops-dns', readOnly: false, lifetime: 'instance' }];
}

function repeatedTargets(mounts: readonly MountSpec[], entry: RunConfEntry | undefined): readonly Problem[] {
  const inMemory = [entry?.values.tmpfs ?? []].flat().map((text) => text.split(':')[0] ?? '');
  const targets = [...mounts.map(({ target }) => target), ...inMemory].map(plainPath);
  const repeated = new Set(targets.filter((target, index) => targets.indexOf(target) < index));
  return [...repeated].map((target) => ({
    ...(entry === undefined ? {} : { where: placeIn(entry, 'volumes') }),
    message: `two mounts have the target ${target}`,
    suggestion: 'one of them may come from a persistent_… switch',
  }));
}

/** `/d/` and `/d` are one place. */
function plainPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}
