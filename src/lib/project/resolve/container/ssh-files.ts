import type { FileSpec, Template } from '../../../model/desired.ts';
import { clientKey, hostAuthority, hostKey } from '../../keys/key-names.ts';
import type { InstanceContext } from '../context.ts';

const dockeropsUser = 1000;

/** Keys for the sshd of the base image; docs/image-contract.md has the contract with the images. */
export function sshFiles({ key, entry, image, isDns, isOnHost }: InstanceContext): readonly FileSpec[] {
  if (image.base === undefined) return [];
  const isOwnPort = !isOnHost || isDns;
  return [
    file('/etc/ssh/ssh_host_ed25519_key', 0o600, [{ privateKey: hostKey(key) }]),
    file('/etc/ssh/ssh_host_ed25519_key.pub', 0o644, [{ publicKey: hostKey(key) }, '\n']),
    file('/etc/ssh/ssh_host_ed25519_key-cert.pub', 0o644, [{ certificate: hostKey(key) }, '\n']),
    file('/etc/ssh/ssh_known_hosts', 0o644, ['@cert-authority * ', { publicKey: hostAuthority }, '\n']),
    file('/etc/dockerops/authorized_keys', 0o644, [{ publicKey: clientKey }, '\n']),
    ...(entry?.values.ssh_between === false
      ? []
      : [file('/home/dockerops/.ssh/id_ed25519', 0o600, [{ privateKey: clientKey }], dockeropsUser)]),
    // On the network of the host, port 22 is the host's own.
    ...(isOwnPort ? [] : [file('/etc/dockerops/sshd-off', 0o644, [])]),
  ];
}

function file(path: string, mode: number, content: Template, owner = 0): FileSpec {
  return { path, mode, content, uid: owner, gid: owner };
}
