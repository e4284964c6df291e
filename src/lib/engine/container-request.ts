import { definedOnly } from '../defined.ts';
import type { PortSpec } from '../model/desired.ts';
import type { Healthcheck, RuntimeOptions } from '../model/runtime-options.ts';
import type { ContainerConfig, EngineMount } from './container-config.ts';

type Json = Readonly<Record<string, unknown>>;

/** The body of `POST /containers/create`. Absent options are left out, so that the image's and the engine's defaults hold. */
export function createBody(config: ContainerConfig): Json {
  const { runtime } = config;
  const terminal = config.terminal === true || runtime.interactive === true;
  return definedOnly({
    Image: config.image,
    Hostname: config.hostname,
    Entrypoint: config.entrypoint,
    Cmd: config.command,
    Env: config.environment,
    Labels: config.labels,
    User: runtime.user,
    StopSignal: runtime.stopSignal,
    StopTimeout: runtime.stopSeconds,
    Tty: terminal,
    OpenStdin: terminal || runtime.stdin === true,
    ...(runtime.stdin === true ? { AttachStdin: true, StdinOnce: true } : {}),
    ExposedPorts: Object.fromEntries(config.ports.map((port) => [portName(port), {}])),
    Healthcheck: config.healthcheck === undefined ? undefined : healthcheckBody(config.healthcheck),
    HostConfig: hostConfig(config),
    NetworkingConfig: networkingConfig(config.network),
  });
}

function hostConfig(config: ContainerConfig): Json {
  const { runtime, network, logs } = config;
  const dns = network.mode === 'network' ? network.dns : undefined;
  return definedOnly({
    NetworkMode: network.mode === 'network' ? network.name : network.mode,
    Dns: dns?.servers,
    DnsSearch: dns?.search,
    DnsOptions: dns?.options,
    PortBindings: portBindings(config.ports),
    Mounts: config.mounts.filter((mount) => !isMade(mount)).map(mountBody),
    Binds: madeDirectories(config.mounts),
    LogConfig:
      logs === undefined
        ? undefined
        : { Type: 'json-file', Config: { 'max-size': logs.maxSize, 'max-file': String(logs.maxFiles) } },
    AutoRemove: config.removedAtEnd,
    RestartPolicy: { Name: runtime.restart },
    Memory: runtime.memoryBytes,
    NanoCpus: runtime.cpus === undefined ? undefined : Math.round(runtime.cpus * 1e9),
    CapAdd: runtime.capAdd,
    CapDrop: runtime.capDrop,
    Devices: runtime.devices?.map(deviceBody),
    Tmpfs: runtime.tmpfs === undefined ? undefined : tmpfsBody(runtime.tmpfs),
    Ulimits: ulimitsBody(runtime),
    ShmSize: runtime.shmBytes,
    Init: runtime.init,
    ReadonlyRootfs: runtime.readOnly,
    ExtraHosts: runtime.extraHosts,
    Sysctls: runtime.sysctls,
  });
}

function networkingConfig(network: ContainerConfig['network']): Json | undefined {
  if (network.mode !== 'network') return undefined;
  const endpoint = definedOnly({
    IPAMConfig: network.address === undefined ? undefined : { IPv4Address: network.address },
    Aliases: network.aliases,
    Links: network.links.map(({ target, alias }) => `${target}:${alias}`),
  });
  return { EndpointsConfig: { [network.name]: endpoint } };
}

/** Times of the API are nanoseconds. */
export function healthcheckBody(check: Healthcheck): Json {
  return definedOnly({
    Test: check.test,
    Interval: nanoseconds(check.intervalSeconds),
    Timeout: nanoseconds(check.timeoutSeconds),
    StartPeriod: nanoseconds(check.startSeconds),
    Retries: check.retries,
  });
}

export function nanoseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1e9);
}

export function ulimitsBody({ ulimits }: RuntimeOptions): readonly Json[] | undefined {
  return ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard }));
}

/** A `data` mount is a local volume over a host directory: only a volume makes the engine copy the image's content in. */
export function mountBody(mount: EngineMount): Json {
  if (mount.kind === 'bind')
    return { Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly };
  if (mount.kind === 'volume')
    return { Type: 'volume', Source: mount.volume, Target: mount.target, ReadOnly: mount.readOnly };
  if (mount.kind === 'scratch')
    return { Type: 'volume', Target: mount.target, ReadOnly: false, VolumeOptions: { Labels: mount.labels } };
  if (mount.kind === 'directory')
    return { Type: 'bind', Source: mount.directory, Target: mount.target, BindOptions: { CreateMountpoint: true } };
  const DriverConfig = { Name: 'local', Options: { type: 'none', o: 'bind', device: mount.directory } };
  return definedOnly({
    Type: 'volume',
    Source: mount.volume,
    Target: mount.target,
    ReadOnly: false,
    VolumeOptions: { Labels: mount.labels, DriverConfig },
  });
}

type MadeDirectory = Extract<EngineMount, { kind: 'directory' }>;

/** Of the two ways to bind a directory only the older one makes it with every engine; but a colon ends a path there. */
function isMade(mount: EngineMount): mount is MadeDirectory {
  return mount.kind === 'directory' && !mount.directory.includes(':');
}

function madeDirectories(mounts: ContainerConfig['mounts']): readonly string[] | undefined {
  const made = mounts.filter(isMade);
  return made.length === 0 ? undefined : made.map(({ directory, target }) => `${directory}:${target}`);
}

function portName({ container, protocol }: PortSpec): string {
  return `${String(container)}/${protocol}`;
}

function portBindings(ports: readonly PortSpec[]): Json {
  const bindings: Record<string, Json[]> = {};
  for (const port of ports) {
    const binding = { HostIp: port.ip ?? '', HostPort: port.host === undefined ? '' : String(port.host) };
    (bindings[portName(port)] ??= []).push(binding);
  }
  return bindings;
}

/** `/dev/x`, `/dev/x:/dev/y`, `/dev/x:/dev/y:r`, or `/dev/x:rw`. */
function deviceBody(text: string): Json {
  const [host = '', second, third] = text.split(':');
  const path = second?.startsWith('/') === true ? second : host;
  const permissions = third ?? (second?.startsWith('/') === false ? second : 'rwm');
  return { PathOnHost: host, PathInContainer: path, CgroupPermissions: permissions };
}

function tmpfsBody(entries: readonly string[]): Json {
  return Object.fromEntries(
    entries.map((entry) => {
      const [path = '', ...options] = entry.split(':');
      return [path, options.join(':')];
    }),
  );
}
