/**
 * Arithmetic on IPv4 subnets, and the layout of a project's network: the gateway is its first address, the dns
 * instance has the second, and the engine hands out the upper half. So the dns instance's address is fixed while
 * others come and go.
 */
export interface Subnet {
  /** First address as an unsigned number. */
  readonly base: number;
  readonly prefix: number;
}

export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { base: address - (address % sizeOf(prefix)), prefix };
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatAddress(subnet.base)}/${String(subnet.prefix)}`;
}

function overlap(a: Subnet, b: Subnet): boolean {
  return a.base < b.base + sizeOf(b.prefix) && b.base < a.base + sizeOf(a.prefix);
}

/** Of subnets as text; what is none overlaps nothing. */
export function areOverlapping(a: string, b: string): boolean {
  const [first, second] = [parseSubnet(a), parseSubnet(b)];
  return first !== undefined && second !== undefined && overlap(first, second);
}

/** The first subnet of `range` that overlaps none of `taken`. The default route (`0.0.0.0/0`) takes nothing. */
export function firstFree(range: Subnet, prefix: number, taken: readonly Subnet[]): Subnet | undefined {
  const end = range.base + sizeOf(range.prefix);
  for (let base = range.base; base + sizeOf(prefix) <= end; base += sizeOf(prefix)) {
    const candidate = { base, prefix };
    if (!taken.some((other) => other.prefix > 0 && overlap(candidate, other))) return candidate;
  }
  return undefined;
}

export function networkLayout(subnet: Subnet): {
  readonly gateway: string;
  readonly reserved: string;
  readonly dynamicRange: string;
} {
  const half = { base: subnet.base + sizeOf(subnet.prefix) / 2, prefix: subnet.prefix + 1 };
  return {
    gateway: formatAddress(subnet.base + 1),
    reserved: formatAddress(subnet.base + 2),
    dynamicRange: formatSubnet(half),
  };
}
