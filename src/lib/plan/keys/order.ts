/** Orders texts by their bytes in UTF-8, as etcd does; JavaScript's own order differs beyond the basic plane. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
