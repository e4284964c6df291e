import type { FileSpec, Template } from '../../../model/desired.ts';
import { type JsonValue, jsonText } from '../../../model/template.ts';
import { dnsKey } from '../../keys/key-names.ts';

/** docs/image-contract.md says what the base images do with these files. */
const keyJson: JsonValue = { name: 'dockerops', algorithm: 'hmac-sha256', secret: { text: [{ secret: dnsKey }] } };

export interface DnsClientSettings {
  readonly server: Template;
  readonly zone: string;
  readonly service: string;
  readonly instance: string;
  readonly container: string;
  readonly policy: string;
  readonly serviceIp: Template | undefined;
  readonly sameNetwork: boolean;
}

export function dnsClientFile(settings: DnsClientSettings): FileSpec {
  const { server, zone, service, instance, container, policy, serviceIp, sameNetwork } = settings;
  return secretFile('/etc/dockerops/dns.json', {
    server: { text: server },
    port: 53,
    zone,
    key: keyJson,
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
  readonly allow: readonly string[];
  readonly service: string;
  readonly instance: string;
  readonly container: string;
}

export function dnsServerFile(settings: DnsServerSettings): FileSpec {
  const { zone, address, network, allow, service, instance, container } = settings;
  return secretFile('/etc/dockerops/dns-server.json', {
    zone,
    key: keyJson,
    address: { text: address },
    networks: [{ text: [{ subnetOf: network }] }],
    allow,
    self: { service, instance, container },
  });
}

/** For root alone, as it holds the key. */
function secretFile(path: string, content: JsonValue): FileSpec {
  return { path, mode: 0o600, content: jsonText(content), uid: 0, gid: 0 };
}
