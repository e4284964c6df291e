/** What a policy of `dockerops registrator` is given, and what it answers. Published as `dockerops/policy`. */

/** The value of a key: a string is written as it is, anything else as JSON; null and undefined drop the key. */
export type PolicyValue = string | number | boolean | null | undefined | readonly unknown[] | object;

/** Keys with their values: `{'/services/web/1': '10.0.0.5:80'}`. */
export type PolicyKeys = Readonly<Record<string, PolicyValue>>;

export type PolicyAnswer = PolicyKeys | Iterable<PolicyKeys> | null | undefined;

/**
 * Called with each container of the engine, also those that do not run, and with one configuration. The answer may
 * depend on these and on nothing else, since it is kept until one of them changes.
 */
export type Policy<Config = undefined> = (
  container: PolicyContainer,
  config: Config,
) => PolicyAnswer | Promise<PolicyAnswer>;

export interface PolicyPort {
  readonly container: number;
  readonly protocol: string;
  /** Absent: not published. */
  readonly host?: number;
  /** The address on which it is published: `0.0.0.0` for all. */
  readonly ip?: string;
}

/** A container. What it does not have, and every empty text, is undefined. It cannot be changed. */
export interface PolicyContainer {
  readonly id: string;
  /** Without a leading slash. */
  readonly name: string;
  readonly hostname: string | undefined;
  readonly image: string | undefined;
  /** `running`, `exited` and so on. */
  readonly state: string | undefined;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly labels: Readonly<Record<string, string | undefined>>;
  label(name: string): string | undefined;
  /** By name, as the engine describes them. */
  readonly networks: Readonly<Record<string, PolicyNetwork | undefined>>;
  network(name: string): PolicyNetwork | undefined;
  /** The container's address on a network. */
  networkIp(name: string): string | undefined;
  /** Exposed and published ports. */
  readonly ports: readonly PolicyPort[];
  /** The machine of the engine. */
  readonly host: PolicyHost;
  /** A part of the engine's inspect document: `get('NetworkSettings', 'Gateway')`. */
  get(...path: readonly (string | number)[]): unknown;
}

/** The engine's document of a network of a container. */
export interface PolicyNetwork {
  readonly IPAddress?: string;
  readonly [member: string]: unknown;
}

export interface PolicyHost {
  readonly name: string;
  readonly id: string;
}
