import { definedOnly } from '../defined.ts';
import type { EngineMount } from './container-config.ts';

type Json = Readonly<Record<string, unknown>>;

/** Mounts of a container's `HostConfig`. */
export function mountsBody(mounts: readonly EngineMount[]): Json {
  const binds = mounts.filter(isBoundAsText);
  return definedOnly({
    Mounts: mounts.filter((mount) => !isBoundAsText(mount)).map(mountBody),
    Binds: binds.length === 0 ? undefined : binds.map(({ directory, target }) => `${directory}:${target}`),
  });
}

/** Only `Binds` makes a missing directory on every engine, but cannot have a colon in its path. */
function isBoundAsText(mount: EngineMount): mount is Extract<EngineMount, { kind: 'directory' }> {
  return mount.kind === 'directory' && !mount.directory.includes(':');
}

export function mountBody(mount: EngineMount): Json {
  switch (mount.kind) {
    case 'bind':
      return { Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly };
    case 'volume':
      return definedOnly({
        Type: 'volume',
        Source: mount.volume,
        Target: mount.target,
        ReadOnly: mount.readOnly,
        VolumeOptions: mount.noCopy === undefined ? undefined : { NoCopy: true },
      });
    case 'scratch':
      return { Type: 'volume', Target: mount.target, ReadOnly: false, VolumeOptions: { Labels: mount.labels } };
    case 'directory':
      return { Type: 'bind', Source: mount.directory, Target: mount.target, BindOptions: { CreateMountpoint: true } };
    case 'data':
      return dataBody(mount);
  }
}

/** A local volume over a host directory, because the engine copies the image's content only into volumes. */
function dataBody({ volume, directory, target, labels, noCopy }: Extract<EngineMount, { kind: 'data' }>): Json {
  const DriverConfig = { Name: 'local', Options: { type: 'none', o: 'bind', device: directory } };
  return definedOnly({
    Type: 'volume',
    Source: volume,
    Target: target,
    ReadOnly: false,
    VolumeOptions: definedOnly({ Labels: labels, DriverConfig, NoCopy: noCopy }),
  });
}
