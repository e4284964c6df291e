import { definedOnly } from '../defined.ts';
import type { PortSpec } from '../model/desired.ts';
import type { RuntimeOptions } from '../model/runtime-options.ts';
import type { ContainerConfig } from './container-config.ts';
import { mountsBody } from './mount-request.ts';
import { healthcheckBody, logValues, nanounits, ulimitsBody } from './request-values.ts';
import { restartPolicy } from './restart-policy.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The body of `POST /containers/create`. Absent options are left out, so that the image's and the engine's defaults
 * hold.
 */
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
    WorkingDir: runtime.workingDirectory,
    StopSignal: runtime.stopSignal,
    StopTimeout: runtime.stopSeconds,
    Tty: terminal,
    OpenStdin: terminal || runtime.stdin === true,
    ...(runtime.stdin === true ? { AttachStdin: true, StdinOnce: true } : {}),
    ExposedPorts: Object.fromEntries(config.ports.map((port) => [portName(port), {}])),
    Healthcheck: healthcheckBody(config.healthcheck),
    HostConfig: { ...hostConfig(config), ...runtimeBody(runtime) },
    NetworkingConfig: networkingConfig(config.network),
  });
}

function hostConfig(config: ContainerConfig): Json {
  const { network, ports, mounts, runtime, removedAtEnd } = config;
  const log = logValues(config);
  const dns = network.mode === 'network' ? network.dns : undefined;
  return definedOnly({
    NetworkMode: network.mode === 'network' ? network.name : network.mode,
    Dns: runtime.dnsServers ?? dns?.servers,
    DnsSearch: dns?.search,
    DnsOptions: dns?.options,
    PortBindings: portBindings(ports),
    ...mountsBody(mounts),
    LogConfig: log && { Type: log.driver, Config: log.options },
    AutoRemove: removedAtEnd,
  });
}

function runtimeBody(runtime: RuntimeOptions): Json {
  return definedOnly({
    RestartPolicy: restartPolicy(runtime.restart),
    Memory: runtime.memoryBytes,
    NanoCpus: nanounits(runtime.cpus),
    CapAdd: runtime.capAdd,
    CapDrop: runtime.capDrop,
    Devices: runtime.devices?.map(deviceBody),
    Privileged: runtime.privileged,
    SecurityOpt: runtime.securityOptions,
    Runtime: runtime.containerRuntime,
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

/** From `/path` or `/path:size=64m,noexec`. */
function tmpfsBody(entries: readonly string[]): Json {
  return Object.fromEntries(
    entries.map((entry) => {
      const [path = '', ...options] = entry.split(':');
      return [path, options.join(':')];
    }),
  );
}
