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
  /**
   * Whether the engine of the DNS's host has the container with this address; `unknown` for other hosts. `differs`: the
   * container is there, but is to be found at another address.
   */
  readonly engine: 'agrees' | 'absent' | 'unknown' | 'differs';
  /** Why the name is not its, when it is that of something of another kind. */
  readonly refused?: string;
  /** It signs with the project's key, as instances of earlier versions do. */
  readonly hasProjectKey?: true;
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
  /** Why a recent update for it was refused. */
  readonly refused?: string;
}

/** A name that an instance claims and that is something else's: of another instance, or of the DNS. */
interface RefusedName {
  readonly name: string;
  /** `<service>-<instance>` */
  readonly instance: string;
  readonly reason: string;
}

interface DnsDifference {
  readonly what: 'missing' | 'too much';
  readonly name: string;
  readonly type: string;
  readonly data: string;
}

/** The arbiter's comparison of leases, zone and engine. */
export interface DnsCheck {
  readonly differences: readonly DnsDifference[];
  readonly notLeases: readonly string[];
  readonly engineDenies: readonly string[];
  readonly withdrawnButRenewing: readonly string[];
  readonly severalStarts: readonly string[];
  /** Instances that sign with the project's key. */
  readonly projectKey: readonly string[];
  /** There are as many leases as the arbiter takes; an instance that comes now gets no name. */
  readonly isFull: boolean;
  /** Clients see their leases in the DNS; otherwise they try to register again and again. */
  readonly leasesShown: boolean;
  readonly refusedNames: readonly RefusedName[];
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
  const { name, zone, addresses, claims, reason, refused } = record(answer);
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
    ...(refused === undefined ? {} : { refused: text(refused) }),
  };
}

export function readCheck(answer: unknown): DnsCheck {
  const report = record(answer);
  return {
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
    projectKey: texts(report['project_key']),
    isFull: report['is_full'] === true,
    leasesShown: report['leases_shown'] !== false,
    refusedNames: list(report['refused_names']).map(({ name, instance, reason }) => ({
      name: text(name),
      instance: text(instance),
      reason: text(reason),
    })),
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
  refused,
  key,
}: Json): DnsHolder {
  return {
    service: text(service),
    instance: text(instance),
    policy: text(policy),
    ageSeconds: Number(age ?? 0),
    ...(typeof address === 'string' ? { address } : {}),
    heldBy: heldBy === 'engine' ? 'engine' : 'client',
    engine: engine === 'agrees' || engine === 'absent' ? engine : 'unknown',
    ...(typeof refused === 'string' ? { refused } : {}),
    ...(key === 'project' ? { hasProjectKey: true } : {}),
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
