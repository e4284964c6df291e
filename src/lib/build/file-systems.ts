import { statfsSync } from 'node:fs';

/** From linux/magic.h: what a client is told of a file there may be older than what others have made of it. */
const shared: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b,
  0xff534d42,
  0xfe534d42, // SMB, CIFS, SMB2
  0x65735546, // FUSE: sshfs, virtiofs, and many more
  0x01021997, // 9P
  0x00c36400, // Ceph
  0x5346414f, // AFS
]);

/** Whether inode, size and times of a file tell for sure that it is what it was. */
export function tellsChanges(directory: string): boolean {
  try {
    return process.platform !== 'linux' || !shared.has(statfsSync(directory).type);
  } catch {
    return false;
  }
}
