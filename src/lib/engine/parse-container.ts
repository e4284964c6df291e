import { definedOnly } from '../defined.ts';
import type { ContainerState, Health, VolumeUse } from '../model/observed-state.ts';
import type { ContainerDetail, ContainerRow, Probe } from './engine.ts';
import { inspectedPorts, listedPort, listedPorts, portBindings } from './parse-ports.ts';
import { flag, list, number, object, optional, record, text, type Shape, type Shaped } from './shape.ts';

const labels = optional(record(text));
const networks = { Networks: optional(record(object({ IPAddress: optional(text) }))) };
const mounts = { Mounts: optional(list(object({ Type: text, Name: optional(text), Destination: text }))) };
/** Engines have more states than those of the model; none of them is read as running. */
const state = text as unknown as Shape<ContainerState>;

/** A row of `GET /containers/json`. */
export const rawRow = object({
  ...mounts,
  Id: text,
  Names: optional(list(text)),
  Image: text,
  ImageID: text,
  Created: number,
  State: state,
  Status: text,
  Labels: labels,
  Ports: optional(list(listedPort)),
  NetworkSettings: optional(object(networks)),
});

/** The answer of `GET /containers/{id}/json`. */
export const rawDetail = object({
  ...mounts,
  Id: text,
  Name: text,
  Image: text,
  Created: text,
  RestartCount: number,
  Config: object({
    Image: text,
    Tty: flag,
    Env: optional(list(text)),
    Labels: labels,
    Healthcheck: optional(
      object({ Test: optional(list(text)), Interval: optional(number), StartPeriod: optional(number) }),
    ),
  }),
  State: object({
    Status: state,
    ExitCode: number,
    Error: text,
    OOMKilled: flag,
    Pid: number,
    StartedAt: text,
    FinishedAt: text,
    Health: optional(object({ Status: text, Log: optional(list(object({ ExitCode: number, Output: text }))) })),
  }),
  NetworkSettings: object({ ...networks, Ports: optional(portBindings) }),
});

type RawRow = Shaped<typeof rawRow>;
type RawDetail = Shaped<typeof rawDetail>;
type RawNetworks = RawRow['NetworkSettings'];
type RawMounts = Pick<RawRow, 'Mounts'>;

export function toRow(raw: RawRow): ContainerRow {
  const code = /^(?:Exited|Restarting) \((\d+)\)/.exec(raw.Status)?.[1];
  return {
    id: raw.Id,
    name: ownName(raw.Names ?? []),
    image: raw.Image,
    imageId: raw.ImageID,
    state: raw.State,
    status: raw.Status,
    health: listedHealth(raw.Status),
    ...definedOnly({ exitCode: code === undefined ? undefined : Number(code) }),
    created: raw.Created,
    labels: raw.Labels ?? {},
    addresses: addressesOf(raw.NetworkSettings),
    ports: listedPorts(raw.Ports ?? []),
    volumes: volumesOf(raw),
  };
}

export function toDetail(raw: RawDetail): ContainerDetail {
  const { State: state, Config: config } = raw;
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ''),
    image: config.Image,
    imageId: raw.Image,
    ...stateOf(state),
    created: Math.floor(Date.parse(raw.Created) / 1000),
    labels: config.Labels ?? {},
    addresses: addressesOf(raw.NetworkSettings),
    ports: inspectedPorts(raw.NetworkSettings.Ports ?? {}),
    volumes: volumesOf(raw),
    restartCount: raw.RestartCount,
    tty: config.Tty,
    environment: config.Env ?? [],
    healthTest: config.Healthcheck?.Test ?? [],
    ...definedOnly({
      healthIntervalSeconds: secondsOf(config.Healthcheck?.Interval),
      healthStartSeconds: secondsOf(config.Healthcheck?.StartPeriod),
    }),
  };
}

/** States in which `ExitCode` is that of a process; in the others it is 0 and says nothing. */
const exitedStates: ReadonlySet<ContainerState> = new Set(['exited', 'dead', 'restarting']);

type ObservedRun = Pick<
  ContainerDetail,
  'state' | 'status' | 'health' | 'pid' | 'startedAt' | 'finishedAt' | 'outOfMemory' | 'error'
> & { readonly exitCode?: number; readonly lastProbe?: Probe };

function stateOf(state: RawDetail['State']): ObservedRun {
  const probe = state.Health?.Log?.at(-1);
  return {
    state: state.Status,
    status: state.Status,
    health: inspectedHealth(state.Health?.Status),
    ...(exitedStates.has(state.Status) ? { exitCode: state.ExitCode } : {}),
    pid: state.Pid,
    startedAt: timeOf(state.StartedAt),
    finishedAt: timeOf(state.FinishedAt),
    outOfMemory: state.OOMKilled,
    error: state.Error,
    ...(probe === undefined ? {} : { lastProbe: { exitCode: probe.ExitCode, output: probe.Output } }),
  };
}

/** The API has nanoseconds, and 0 for the engine's default. */
function secondsOf(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined || nanoseconds === 0 ? undefined : nanoseconds / 1e9;
}

/** Legacy links add names such as `/other/alias`. */
function ownName(names: readonly string[]): string {
  const name = names.find((one) => one.lastIndexOf('/') <= 0) ?? names[0] ?? '';
  return name.replace(/^\//, '');
}

/** The list reports health only in its status text: `Up 3 minutes (healthy)`. */
function listedHealth(status: string): Health {
  const word = /\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status)?.[1];
  return (word as Health | undefined) ?? 'none';
}

function inspectedHealth(status: string | undefined): Health {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

function addressesOf(settings: RawNetworks): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings?.Networks ?? {}).map(([name, { IPAddress }]) => [name, IPAddress ?? '']),
  );
}

function volumesOf({ Mounts }: RawMounts): readonly VolumeUse[] {
  return (Mounts ?? []).flatMap(({ Type, Name, Destination }) =>
    Type === 'volume' && Name !== undefined ? [{ name: Name, target: Destination }] : [],
  );
}

/** Empty for the zero time, with which engines say "never". */
function timeOf(text: string): string {
  return text.startsWith('0001-') ? '' : text;
}
