import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';
import type { ContainerRow, LabelFilter, LogLine, RestartPolicy, TarEntry } from '../../src/lib/engine/engine.ts';
import type { Labels } from '../../src/lib/labels.ts';
import type { ContainerState, Health, VolumeUse } from '../../src/lib/model/observed-state.ts';

/** A container of the fake engine. */
export interface FakeContainer {
  readonly id: string;
  name: string;
  restart: RestartPolicy;
  readonly config: ContainerConfig;
  readonly imageId: string;
  readonly created: number;
  readonly files: Map<string, TarEntry>;
  readonly logs: LogLine[];
  state: ContainerState;
  health: Health;
  exitCode: number | undefined;
  address: string;
  readonly volumes: readonly VolumeUse[];
  /** Those of its volumes that the engine has named. */
  readonly generated: readonly string[];
}

export function matches(labels: Labels, filter: LabelFilter = {}): boolean {
  return Object.entries(filter).every(([name, value]) => (value === '' ? name in labels : labels[name] === value));
}

export function withTag(reference: string): string {
  return reference.startsWith('sha256:') || /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
}

export function networkName({ config: { network } }: FakeContainer): string {
  return network.mode === 'network' ? network.name : network.mode;
}

type DrawnVolume = VolumeUse & { readonly labels: Labels; readonly isDrawn: boolean };

/** Volumes with a name, and anonymous ones, which get one. */
export function volumesOf(config: ContainerConfig, draw: () => string): readonly DrawnVolume[] {
  return config.mounts.flatMap((mount): readonly DrawnVolume[] => {
    if (mount.kind === 'scratch') return [{ name: draw(), target: mount.target, labels: mount.labels, isDrawn: true }];
    return 'volume' in mount ? [{ name: mount.volume, target: mount.target, labels: {}, isDrawn: false }] : [];
  });
}

export function toRow(container: FakeContainer): ContainerRow {
  const { id, name, config, imageId, state, health, exitCode, created } = container;
  const ports = config.ports.map((port, index) => ({
    container: port.container,
    protocol: port.protocol,
    host: port.host ?? 49153 + index,
    ...(port.ip === undefined ? {} : { ip: port.ip }),
  }));
  return {
    id,
    name,
    image: config.image,
    imageId,
    state,
    health,
    created,
    labels: config.labels,
    status: state === 'exited' ? `Exited (${String(exitCode)}) 1 second ago` : state,
    ...(exitCode === undefined ? {} : { exitCode }),
    addresses: { [networkName(container)]: container.address },
    ports: state === 'running' ? ports : [],
    volumes: container.volumes,
  };
}

/** The parts of an engine's inspect document that policies are given. */
export function documentOf(container: FakeContainer): object {
  const { id, name, config, state, health, address } = container;
  const ports = toRow(container).ports.map((port) => [
    `${String(port.container)}/${port.protocol}`,
    [{ HostIp: port.ip ?? '0.0.0.0', HostPort: String(port.host) }],
  ]);
  return {
    Id: id,
    Name: `/${name}`,
    State: { Status: state, ...(health === 'none' ? {} : { Health: { Status: health } }) },
    Config: {
      Hostname: config.hostname ?? id.slice(0, 12),
      Image: config.image,
      Env: config.environment,
      Labels: config.labels,
    },
    NetworkSettings: {
      Ports: Object.fromEntries(ports) as object,
      Networks: { [networkName(container)]: { IPAddress: address } },
    },
  };
}

export function linesOf(stream: LogLine['stream'], text: string, now: number): LogLine[] {
  const time = new Date(now * 1000).toISOString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => ({ stream, time, text: line }));
}
