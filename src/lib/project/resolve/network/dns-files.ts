import type { FileSpec, Template } from '../../../model/desired.ts';
import { dnsClientPath, dnsServerPath } from '../../../model/dns-file.ts';
import { type JsonValue, jsonText } from '../../../model/template.ts';
import { dnsKey } from '../../keys/key-names.ts';
import { instanceKeyName, type LeasePermission } from './dns-key-name.ts';

/** docs/image-contract.md says what the base images do with these files. */
const algorithm = 'hmac-sha256';

export interface DnsClientSettings extends LeasePermission {
  readonly server: Template;
  readonly zone: string;
}

/** With a key that is for the leases of this one container alone: its name says which, its secret proves it. */
export function dnsClientFile(settings: DnsClientSettings): FileSpec {
  const { server, zone, service, instance, container, policy, serviceIp, sameNetwork } = settings;
  const name = instanceKeyName(settings);
  return secretFile(dnsClientPath, {
    server: { text: server },
    port: 53,
    zone,
    key: { name: { text: name }, algorithm, secret: { text: [{ derivedSecret: dnsKey, label: name }] } },
    service,
    instance,
    policy,
    service_ip: serviceIp === undefined ? null : { text: serviceIp },
    same_network: sameNetwork,
    container,
  });
}

export interface DnsServerSettings {
  readonly zone: string;
  readonly address: Template;
  readonly network: string;
  /** What the names of the project's containers begin with. */
  readonly containers: string;
  readonly allow: readonly string[];
  readonly service: string;
  readonly instance: string;
  readonly container: string;
}

export function dnsServerFile(settings: DnsServerSettings): FileSpec {
  const { zone, address, network, containers, allow, service, instance, container } = settings;
  return secretFile(dnsServerPath, {
    zone,
    key: { name: 'dockerops', algorithm, secret: { text: [{ secret: dnsKey }] } },
    address: { text: address },
    networks: [{ text: [{ subnetOf: network }] }],
    allow,
    self: { service, instance, container },
    containers,
  });
}

/** For root alone, as it holds the key. */
function secretFile(path: string, content: JsonValue): FileSpec {
  return { path, mode: 0o600, content: jsonText(content), uid: 0, gid: 0 };
}
