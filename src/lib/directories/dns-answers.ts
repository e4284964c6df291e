/** The answers of the program `dockerops-dns` (docs/image-contract.md), with our names of members. */

/** An instance with a lease, and what it claims. */
export interface DnsHolder {
  readonly service: string;
  readonly instance: string;
  /** Absent: it has no address that may be published. */
  readonly address?: string;
  readonly policy: string;
  readonly ageSeconds: number;
  readonly heldBy: 'client' | 'engine';
  /** Whether the engine of the DNS's host has the container with this address; `unknown` for other hosts. */
  readonly engine: 'agrees' | 'absent' | 'unknown';
}

interface DnsName {
  /** Relative to the zone. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly holders: readonly DnsHolder[];
}

export interface DnsNames {
  readonly zone: string;
  readonly names: readonly DnsName[];
}

interface DnsClaim extends DnsHolder {
  readonly wins: boolean;
  readonly reason: string;
}

/** Every claim on one name, oldest first. */
export interface DnsWhy {
  readonly name: string;
  readonly zone: string;
  readonly addresses: readonly string[];
  readonly claims: readonly DnsClaim[];
  /** Why it has no address, when nothing claims it. */
  readonly reason?: string;
}

interface DnsDifference {
  readonly what: 'missing' | 'too much';
  readonly name: string;
  readonly type: string;
  readonly data: string;
}

/** The arbiter's comparison of leases, zone and engine, from before anything was fixed. */
export interface DnsCheck {
  readonly ok: boolean;
  readonly differences: readonly DnsDifference[];
  readonly notLeases: readonly string[];
  readonly engineDenies: readonly string[];
  readonly withdrawnButRenewing: readonly string[];
  readonly severalStarts: readonly string[];
  readonly fixed: boolean;
  readonly readmitted: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** A member that is absent reads as empty, because the image may be older than this version. */
export function readNames(answer: unknown): DnsNames {
  const { zone, names } = record(answer);
  return {
    zone: text(zone),
    names: list(names).map((one) => ({
      name: text(one['name']),
      addresses: texts(one['addresses']),
      holders: list(one['holders']).map(readHolder),
    })),
  };
}

export function readWhy(answer: unknown): DnsWhy {
  const { name, zone, addresses, claims, reason } = record(answer);
  return {
    name: text(name),
    zone: text(zone),
    addresses: texts(addresses),
    claims: list(claims).map((one) => ({
      ...readHolder(one),
      wins: one['wins'] === true,
      reason: text(one['reason']),
    })),
    ...(reason === undefined ? {} : { reason: text(reason) }),
  };
}

export function readCheck(answer: unknown): DnsCheck {
  const report = record(answer);
  return {
    ok: report['ok'] === true,
    fixed: report['fixed'] === true,
    readmitted: texts(report['readmitted']),
    differences: list(report['differences']).map(({ what, name, type, data }) => ({
      what: what === 'missing' ? 'missing' : 'too much',
      name: text(name),
      type: text(type),
      data: text(data),
    })),
    notLeases: texts(report['not_leases']),
    engineDenies: texts(report['engine_denies']),
    withdrawnButRenewing: texts(report['withdrawn_but_renewing']),
    severalStarts: texts(report['several_starts']),
  };
}

function readHolder({
  service,
  instance,
  address,
  policy,
  age_seconds: age,
  held_by: heldBy,
  engine,
}: Json): DnsHolder {
  return {
    service: text(service),
    instance: text(instance),
    policy: text(policy),
    ageSeconds: Number(age ?? 0),
    ...(typeof address === 'string' ? { address } : {}),
    heldBy: heldBy === 'engine' ? 'engine' : 'client',
    engine: engine === 'agrees' || engine === 'absent' ? engine : 'unknown',
  };
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
