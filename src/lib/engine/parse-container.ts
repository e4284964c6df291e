import { definedOnly } from '../defined.ts';
import type { ContainerState, Health, VolumeUse } from '../model/observed-state.ts';
import type { ContainerDetail, ContainerRow } from './engine.ts';
import { inspectedPorts, listedPorts, type RawPort, type RawPortBindings } from './parse-ports.ts';

interface RawNetworks {
  readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string }>> | null;
}

interface RawMounts {
  readonly Mounts?: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string }[] | null;
}

/** A row of `GET /containers/json`. */
export interface RawRow extends RawMounts {
  readonly Id: string;
  readonly Names: readonly string[] | null;
  readonly Image: string;
  readonly ImageID: string;
  readonly Created: number;
  readonly State: ContainerState;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Ports: readonly RawPort[] | null;
  readonly NetworkSettings?: RawNetworks | null;
}

/** The answer of `GET /containers/{id}/json`. */
export interface RawDetail extends RawMounts {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly Created: string;
  readonly RestartCount: number;
  readonly Config: {
    readonly Image: string;
    readonly Tty: boolean;
    readonly Env?: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  };
  readonly State: {
    readonly Status: ContainerState;
    readonly ExitCode: number;
    readonly Error: string;
    readonly OOMKilled: boolean;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status: string; readonly Log?: readonly { readonly Output: string }[] | null } | null;
  };
  readonly NetworkSettings: RawNetworks & { readonly Ports?: RawPortBindings | null };
}

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
  };
}

/** States in which `ExitCode` is that of a process; in the others it is 0 and says nothing. */
const exitedStates: ReadonlySet<ContainerState> = new Set(['exited', 'dead', 'restarting']);

type ObservedRun = Pick<
  ContainerDetail,
  'state' | 'status' | 'health' | 'pid' | 'startedAt' | 'finishedAt' | 'outOfMemory' | 'error' | 'lastProbe'
> & { readonly exitCode?: number };

function stateOf(state: RawDetail['State']): ObservedRun {
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
    lastProbe: state.Health?.Log?.at(-1)?.Output ?? '',
  };
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

function addressesOf(settings: RawNetworks | null | undefined): Readonly<Record<string, string>> {
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
