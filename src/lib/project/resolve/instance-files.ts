import type { FileSpec, Template } from '../../model/desired.ts';
import { type JsonValue, jsonText } from '../../model/template.ts';

export const clientKey = 'client';
export const dnsKey = 'dns';
/** Signs the host keys of the project's instances, so that they know each other whenever one is made anew. */
export const hostAuthority = 'host-ca';

export function hostKey(key: string): string {
  return `host:${key}`;
}

const dnsKeyJson: JsonValue = { name: 'dockerops', algorithm: 'hmac-sha256', secret: { text: [{ secret: dnsKey }] } };

function file(path: string, mode: number, content: Template, owner = 0): FileSpec {
  return { path, mode, content, uid: owner, gid: owner };
}

/** Keys for sshd; the contract with the images is in docs/image-contract.md. */
export function sshFiles(
  key: string,
  options: { readonly between: boolean; readonly sshdOff: boolean },
): readonly FileSpec[] {
  return [
    file('/etc/ssh/ssh_host_ed25519_key', 0o600, [{ privateKey: hostKey(key) }]),
    file('/etc/ssh/ssh_host_ed25519_key.pub', 0o644, [{ publicKey: hostKey(key) }, '\n']),
    file('/etc/ssh/ssh_host_ed25519_key-cert.pub', 0o644, [{ certificate: hostKey(key) }, '\n']),
    file('/etc/ssh/ssh_known_hosts', 0o644, ['@cert-authority * ', { publicKey: hostAuthority }, '\n']),
    file('/etc/dockerops/authorized_keys', 0o644, [{ publicKey: clientKey }, '\n']),
    ...(options.between
      ? [file('/home/dockerops/.ssh/id_ed25519', 0o600, [{ privateKey: clientKey }], dockeropsUser)]
      : []),
    // On the host's network port 22 is the host's.
    ...(options.sshdOff ? [file('/etc/dockerops/sshd-off', 0o644, [])] : []),
  ];
}

const dockeropsUser = 1000;

export interface DnsClientFile {
  readonly server: Template;
  readonly zone: string;
  readonly service: string;
  readonly instance: string;
  readonly container: string;
  readonly policy: string;
  readonly serviceIp: Template | undefined;
  readonly sameNetwork: boolean;
}

export function dnsClientFile({
  server,
  zone,
  service,
  instance,
  container,
  policy,
  serviceIp,
  sameNetwork,
}: DnsClientFile): FileSpec {
  return file(
    '/etc/dockerops/dns.json',
    0o600,
    jsonText({
      server: { text: server },
      port: 53,
      zone,
      key: dnsKeyJson,
      service,
      instance,
      policy,
      service_ip: serviceIp === undefined ? null : { text: serviceIp },
      same_network: sameNetwork,
      container,
    }),
  );
}

export interface DnsServerFile {
  readonly zone: string;
  readonly address: Template;
  readonly network: string;
  readonly allow: readonly string[];
  readonly service: string;
  readonly instance: string;
  readonly container: string;
}

export function dnsServerFile({
  zone,
  address,
  network,
  allow,
  service,
  instance,
  container,
}: DnsServerFile): FileSpec {
  return file(
    '/etc/dockerops/dns-server.json',
    0o600,
    jsonText({
      zone,
      key: dnsKeyJson,
      address: { text: address },
      networks: [{ text: [{ subnetOf: network }] }],
      allow,
      self: { service, instance, container },
    }),
  );
}
