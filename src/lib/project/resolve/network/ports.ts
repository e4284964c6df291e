import type { PortSpec } from '../../../model/desired.ts';
import { placeIn } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import type { ExplainedVariable } from '../environment/environment.ts';
import { unknownInterface } from '../environment/host-address.ts';
import type { Findings } from '../findings.ts';
import { publishAddress, type PublishAddress } from './publish-address.ts';
import { sshPort, writtenPorts } from './written-ports.ts';

export interface ResolvedPorts extends Omit<Findings, 'missing'> {
  readonly ports: readonly PortSpec[];
}

/**
 * What an instance publishes on the host: `ports` of run.conf, else what the images expose, and ssh where run.conf asks
 * for it. A port without an address of its own is published on `publishAddress`.
 */
export function resolvePorts(variables: readonly ExplainedVariable[], context: InstanceContext): ResolvedPorts {
  if (context.isOnHost) return portsOfHost(context);
  const publish = context.switches.switches.publish_ports.value;
  const written = writtenPorts(context.entry);
  const ssh = sshPort(context.entry);
  const address = publishAddress(variables, context);
  const published = publish ? (written?.ports ?? exposedPorts(context)) : [];
  const ports = [...published, ...ssh.ports]
    .map((port) => (port.ip !== undefined || address === undefined ? port : { ...port, ip: address.ip }))
    .sort(byNumber);
  const isUsed = address !== undefined && ports.some(({ ip }) => ip === address.ip);
  return {
    ports,
    problems: [...(written?.problems ?? []), ...ssh.problems, ...(isUsed ? address.problems : [])],
    lacksInterfaces: isUsed && unknownInterface(address.ip) !== undefined,
    notices: publishNotices(ports, address, context),
  };
}

/** Each on the same port of the host; only one of several replicas could have that, so the engine chooses for them. */
function exposedPorts({ image, entry }: InstanceContext): readonly PortSpec[] {
  const isOneOfSeveral = (entry?.values.replicas ?? 1) > 1;
  return image.ports.map(({ container, protocol }) =>
    isOneOfSeveral ? { container, protocol } : { container, protocol, host: container },
  );
}

function byNumber(a: PortSpec, b: PortSpec): number {
  const byProtocol = a.protocol.localeCompare(b.protocol, 'en');
  return a.container - b.container || byProtocol || (a.host ?? 0) - (b.host ?? 0);
}

function portsOfHost({ key, entry, switches: { switches } }: InstanceContext): ResolvedPorts {
  const { value, origin } = switches.publish_ports;
  const isAskedFor = value && (origin.source === 'run.conf' || entry?.values.ports !== undefined);
  const notice = `${key} is on the network of the host, so its ports are not published`;
  return { ports: [], problems: [], lacksInterfaces: false, notices: isAskedFor ? [notice] : [] };
}

function publishNotices(
  ports: readonly PortSpec[],
  address: PublishAddress | undefined,
  { key, entry, image, switches }: InstanceContext,
): readonly string[] {
  const isWritten = entry?.values.ports !== undefined;
  if (!switches.switches.publish_ports.value)
    return isWritten ? [`${placeIn(entry, 'ports')}: this has no effect, since publish_ports is off`] : [];
  const isUnknown = image.isUnknown === true && !isWritten;
  const isOpen = address === undefined && ports.some(({ ip }) => ip === undefined);
  return [
    ...(isUnknown ? [`the ports of ${key} are known once ${image.reference} has been pulled`] : []),
    ...(isOpen
      ? [`${key} publishes on all addresses of the host; set PUBLISH_ON_IP or SERVICE_IP to use only one`]
      : []),
  ];
}
