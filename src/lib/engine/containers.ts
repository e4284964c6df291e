import { definedOnly } from '../defined.ts';
import { Conflict } from '../errors.ts';
import type { ContainerState, Health, ObservedPort, VolumeUse } from '../model/observed-state.ts';
import type { ContainerConfig } from './container-config.ts';
import { createBody } from './container-request.ts';
import type { ContainerDetail, ContainerRow, LabelFilter } from './engine.ts';
import { call, callJson, labelFilter, segment, type Connection } from './connection/http.ts';

interface RawNetworks {
  readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string }>> | null;
}

interface RawMounts {
  readonly Mounts?: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string }[] | null;
}

interface RawRow extends RawMounts {
  readonly Id: string;
  readonly Names: readonly string[] | null;
  readonly Image: string;
  readonly ImageID: string;
  readonly Created: number;
  readonly State: ContainerState;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Ports:
    | readonly {
        readonly IP?: string;
        readonly PrivatePort: number;
        readonly PublicPort?: number;
        readonly Type: string;
      }[]
    | null;
  readonly NetworkSettings?: RawNetworks | null;
}

interface RawDetail extends RawMounts {
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
  readonly NetworkSettings: RawNetworks & {
    readonly Ports?: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
    > | null;
  };
}

/** One call for all: the list carries everything that is shown or planned from. */
export async function listContainers(
  connection: Connection,
  query: { readonly all: boolean; readonly labels?: LabelFilter },
): Promise<readonly ContainerRow[]> {
  const rows = await callJson<readonly RawRow[]>(connection, {
    step: 'list containers',
    method: 'GET',
    path: '/containers/json',
    query: { all: query.all, filters: labelFilter(query.labels) },
  });
  return rows.map(toRow);
}

export async function inspectContainer(connection: Connection, id: string): Promise<ContainerDetail> {
  return toDetail(
    await callJson<RawDetail>(connection, {
      step: `inspect container ${id}`,
      method: 'GET',
      path: `/containers/${segment(id)}/json`,
    }),
  );
}

export async function createContainer(
  connection: Connection,
  name: string,
  config: ContainerConfig,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const { platform } = config.runtime;
  const { Id, Warnings } = await callJson<{ readonly Id: string; readonly Warnings: readonly string[] | null }>(
    connection,
    {
      step: `create container ${name}`,
      method: 'POST',
      path: '/containers/create',
      query: { name, platform },
      body: createBody(config),
    },
  );
  return { id: Id, warnings: Warnings ?? [] };
}

export async function startContainer(connection: Connection, id: string): Promise<void> {
  await call(connection, {
    step: `start container ${short(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/start`,
  });
}

export async function pauseContainer(connection: Connection, id: string): Promise<void> {
  await changePause(connection, id, 'pause');
}

export async function unpauseContainer(connection: Connection, id: string): Promise<void> {
  await changePause(connection, id, 'unpause');
}

/** Engines before 28 say 500 when it is paused, or not, already. */
async function changePause(connection: Connection, id: string, what: 'pause' | 'unpause'): Promise<void> {
  const step = `${what} container ${short(id)}`;
  await call(connection, { step, method: 'POST', path: `/containers/${segment(id)}/${what}` }).catch(
    async (error: unknown) => {
      const { state } = await inspectContainer(connection, id);
      if (state === (what === 'pause' ? 'running' : 'paused')) throw error;
      throw new Conflict(`${step}: it is ${state}`, { code: 'CONFLICT', cause: error });
    },
  );
}

/** Where only the container knows how many seconds it has, and for the engine's own work after these. */
const stopLimitMs = 600_000;
const cleanUpMs = 120_000;

export async function stopContainer(connection: Connection, id: string, seconds?: number): Promise<void> {
  await call(connection, {
    step: `stop container ${short(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/stop`,
    query: { t: seconds },
    limitMs: limitOfStop(seconds),
  });
}

export function limitOfStop(seconds: number | undefined): number {
  return seconds === undefined ? stopLimitMs : seconds * 1000 + cleanUpMs;
}

export async function removeContainer(
  connection: Connection,
  id: string,
  options: { readonly force?: boolean; readonly volumes?: boolean } = {},
): Promise<void> {
  await call(connection, {
    step: `remove container ${short(id)}`,
    method: 'DELETE',
    path: `/containers/${segment(id)}`,
    query: { force: options.force, v: options.volumes },
  });
}

export async function waitContainer(
  connection: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<{ readonly exitCode: number }> {
  const { StatusCode } = await callJson<{ readonly StatusCode: number }>(connection, {
    step: `wait for container ${short(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/wait`,
    limitMs: 0,
    ...definedOnly({ signal }),
  });
  return { exitCode: StatusCode };
}

/** Ids are shown as Docker shows them; names stay as they are. */
export function short(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}

function toRow(raw: RawRow): ContainerRow {
  const code = /^(?:Exited|Restarting) \((\d+)\)/.exec(raw.Status)?.[1];
  return {
    id: raw.Id,
    name: ownName(raw.Names ?? []),
    image: raw.Image,
    imageId: raw.ImageID,
    state: raw.State,
    status: raw.Status,
    health: healthOf(raw.Status),
    ...(code === undefined ? {} : { exitCode: Number(code) }),
    created: raw.Created,
    labels: raw.Labels ?? {},
    addresses: addressesOf(raw.NetworkSettings),
    ports: mergePorts((raw.Ports ?? []).map((port) => toPort(port.PrivatePort, port.Type, port.PublicPort, port.IP))),
    volumes: volumesOf(raw),
  };
}

function toDetail(raw: RawDetail): ContainerDetail {
  const { State: state, Config: config } = raw;
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ''),
    image: config.Image,
    imageId: raw.Image,
    state: state.Status,
    status: state.Status,
    health: inspectedHealth(state.Health?.Status),
    ...(state.Status === 'exited' || state.Status === 'dead' || state.Status === 'restarting'
      ? { exitCode: state.ExitCode }
      : {}),
    created: Math.floor(Date.parse(raw.Created) / 1000),
    labels: config.Labels ?? {},
    addresses: addressesOf(raw.NetworkSettings),
    ports: mergePorts(
      Object.entries(raw.NetworkSettings.Ports ?? {}).flatMap(([name, bindings]) => inspectedPorts(name, bindings)),
    ),
    volumes: volumesOf(raw),
    pid: state.Pid,
    startedAt: timeOf(state.StartedAt),
    finishedAt: timeOf(state.FinishedAt),
    outOfMemory: state.OOMKilled,
    error: state.Error,
    restartCount: raw.RestartCount,
    tty: config.Tty,
    environment: config.Env ?? [],
    healthTest: config.Healthcheck?.Test ?? [],
    lastProbe: state.Health?.Log?.at(-1)?.Output ?? '',
  };
}

/** Legacy links add names such as `/other/alias`. */
function ownName(names: readonly string[]): string {
  const name = names.find((one) => one.lastIndexOf('/') <= 0) ?? names[0] ?? '';
  return name.replace(/^\//, '');
}

/** The list has health in its words only: `Up 3 minutes (healthy)`. */
function healthOf(status: string): Health {
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

function inspectedPorts(
  name: string,
  bindings: readonly { readonly HostIp: string; readonly HostPort: string }[] | null,
): ObservedPort[] {
  const [port = '0', protocol = 'tcp'] = name.split('/');
  if (bindings === null || bindings.length === 0) return [toPort(Number(port), protocol)];
  return bindings.map((binding) => toPort(Number(port), protocol, Number(binding.HostPort), binding.HostIp));
}

/** An address that means all of them is left out, so that the IPv4 and IPv6 bindings of one port are one. */
function toPort(container: number, protocol: string, host?: number, ip = ''): ObservedPort {
  const isAny = ip === '' || ip === '0.0.0.0' || ip === '::';
  return {
    container,
    protocol: protocol as ObservedPort['protocol'],
    ...definedOnly({ host }),
    ...(isAny ? {} : { ip }),
  };
}

function mergePorts(ports: readonly ObservedPort[]): readonly ObservedPort[] {
  const unique = new Map(ports.map((port) => [JSON.stringify(port), port]));
  return [...unique.values()].sort(
    (a, b) => a.container - b.container || (a.host ?? 0) - (b.host ?? 0) || a.protocol.localeCompare(b.protocol),
  );
}

function timeOf(text: string): string {
  return text.startsWith('0001-') ? '' : text;
}
