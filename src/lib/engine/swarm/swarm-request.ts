import { definedOnly } from '../../defined.ts';
import { EngineError } from '../../errors.ts';
import type { ContainerConfig } from '../container-config.ts';
import type { ServicePlacement } from '../engine.ts';
import { mountBody } from '../mount-request.ts';
import { healthcheckBody, logValues, nanounits, ulimitsBody } from '../request-values.ts';
import { restartPolicy } from '../restart-policy.ts';

type Json = Readonly<Record<string, unknown>>;

const restartConditions = new Map([
  ['no', 'none'],
  ['always', 'any'],
  ['unless-stopped', 'any'],
  ['on-failure', 'on-failure'],
]);

/**
 * The body of `POST /services/create`. What a service cannot have is refused, not dropped. The labels are those of the
 * service only: on the containers of its tasks they would claim for dockerops what belongs to the Swarm. The placement
 * has those of the containers.
 */
export function serviceBody(name: string, config: ContainerConfig, placement: ServicePlacement): Json {
  refuseImpossible(name, config, placement);
  return {
    Name: name,
    Labels: config.labels,
    Mode: placement.mode === 'global' ? { Global: {} } : { Replicated: { Replicas: placement.mode.replicated } },
    TaskTemplate: taskTemplate(config, placement),
    EndpointSpec: { Mode: placement.endpoint, Ports: config.ports.map(portBody) },
  };
}

function portBody({ container, protocol, host, publish }: ContainerConfig['ports'][number]): Json {
  return definedOnly({
    Protocol: protocol,
    TargetPort: container,
    PublishedPort: host,
    PublishMode: publish ?? 'ingress',
  });
}

function restartBody({ restart }: ContainerConfig['runtime']): Json {
  const { Name, MaximumRetryCount } = restartPolicy(restart);
  return definedOnly({ Condition: restartConditions.get(Name), MaxAttempts: MaximumRetryCount });
}

function taskTemplate(config: ContainerConfig, placement: ServicePlacement): Json {
  const { runtime, network } = config;
  const log = logValues(config);
  return definedOnly({
    ContainerSpec: containerSpec(config, placement),
    Resources: definedOnly({
      Limits: definedOnly({ MemoryBytes: runtime.memoryBytes, NanoCPUs: nanounits(runtime.cpus) }),
      Reservations:
        placement.reservedMemoryBytes === undefined ? undefined : { MemoryBytes: placement.reservedMemoryBytes },
    }),
    RestartPolicy: restartBody(runtime),
    Placement: { Constraints: placement.constraints },
    Networks: network.mode === 'network' ? [{ Target: network.name, Aliases: network.aliases }] : undefined,
    LogDriver: log && { Name: log.driver, Options: log.options },
  });
}

function containerSpec(config: ContainerConfig, { containerLabels }: ServicePlacement): Json {
  const { runtime } = config;
  const terminal = config.terminal === true || runtime.interactive === true;
  return definedOnly({
    Image: config.image,
    Labels: containerLabels,
    Hostname: config.hostname,
    Command: config.entrypoint,
    Args: config.command,
    Env: config.environment,
    User: runtime.user,
    Dir: runtime.workingDirectory,
    TTY: terminal,
    OpenStdin: terminal,
    ReadOnly: runtime.readOnly,
    StopSignal: runtime.stopSignal,
    StopGracePeriod: nanounits(runtime.stopSeconds),
    Healthcheck: healthcheckBody(config.healthcheck),
    Hosts: runtime.extraHosts?.map(hostsLine),
    DNSConfig: dnsConfig(config),
    Mounts: [...config.mounts.map(mountBody), ...tmpfsMounts(config)],
    Init: runtime.init,
    Sysctls: runtime.sysctls,
    CapabilityAdd: runtime.capAdd,
    CapabilityDrop: runtime.capDrop,
    Ulimits: ulimitsBody(runtime),
  });
}

function dnsConfig({ network, runtime }: ContainerConfig): Json | undefined {
  const dns = network.mode === 'network' ? network.dns : undefined;
  const servers = runtime.dnsServers ?? dns?.servers;
  return servers && definedOnly({ Nameservers: servers, Search: dns?.search, Options: dns?.options });
}

/** From `name:address`, as containers have it, to the line of a hosts file that services have. */
function hostsLine(entry: string): string {
  const colon = entry.indexOf(':');
  return `${entry.slice(colon + 1)} ${entry.slice(0, colon)}`;
}

function tmpfsMounts({ runtime }: ContainerConfig): readonly Json[] {
  const shm =
    runtime.shmBytes === undefined
      ? []
      : [{ Type: 'tmpfs', Target: '/dev/shm', TmpfsOptions: { SizeBytes: runtime.shmBytes } }];
  return [...(runtime.tmpfs ?? []).map((target) => ({ Type: 'tmpfs', Target: target })), ...shm];
}

function refuseImpossible(
  name: string,
  { runtime, network, ports }: ContainerConfig,
  { endpoint }: ServicePlacement,
): void {
  const impossible = [
    ...(network.mode === 'network' && network.address !== undefined ? ['a fixed address'] : []),
    ...(network.mode === 'network' && network.links.length > 0 ? ['links'] : []),
    ...(network.mode === 'host' ? ['the network of its host'] : []),
    ...(network.mode === 'none' ? ['no network at all'] : []),
    ...(ports.some(({ ip }) => ip !== undefined) ? ['a port on one host address'] : []),
    ...(endpoint === 'dnsrr' && ports.some(({ publish }) => publish === undefined)
      ? ['a port on every node without a virtual address']
      : []),
    ...((runtime.devices ?? []).length > 0 ? ['devices'] : []),
    ...(runtime.privileged === true ? ['all rights of its host (privileged)'] : []),
    ...((runtime.securityOptions ?? []).length > 0 ? ['security options'] : []),
    ...(runtime.containerRuntime !== undefined ? ['a runtime of its own'] : []),
    ...((runtime.tmpfs ?? []).some((entry) => entry.includes(':')) ? ['options of tmpfs'] : []),
  ];
  if (impossible.length === 0) return;
  throw new EngineError(`Swarm service ${name} cannot have ${impossible.join(', ')}`, {
    code: 'SWARM_UNSUPPORTED',
    suggestions: ['run it as a single container, or remove that option'],
  });
}
