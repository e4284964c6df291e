/**
 * Facts of the engine's host as a value; gathered by observe/, read by everyone else. Nothing else reads `os.*`.
 * `undefined` members are not known (a dry run does not start a container to find out).
 */
export interface HostInterface {
  readonly name: string;
  readonly ipv4: readonly string[];
}

export interface PortHolder {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly ip: string;
  /** `named (pid 812)`, or undefined when the host does not tell. */
  readonly holder?: string;
}

/** Who runs dockerops, where: what a lock and a label say. Always of the machine of the command, not of the engine. */
export interface ClientFacts {
  readonly machine: string;
  readonly hostname: string;
  readonly user: string;
  readonly pid: number;
  /** Tells a process from a later one with the same pid; empty where the system does not tell. */
  readonly processStart: string;
  /**
   * Tells processes of one machine whose pids do not mean the same, as in containers; empty or absent where the system
   * does not tell.
   */
  readonly pidNamespace?: string;
}

export interface HostFacts {
  /** True when the engine runs on this machine, so that its files and interfaces are ours to read. */
  readonly local: boolean;
  readonly hostname: string;
  readonly interfaces?: readonly HostInterface[];
  /** Where `interfaces` are not known: addresses by interface as instances were told them when they were made. */
  readonly recordedAddresses?: Readonly<Record<string, string>>;
  /** Destinations of the host's routes as CIDR. */
  readonly routes?: readonly string[];
  readonly portHolders?: readonly PortHolder[];
  readonly client: ClientFacts;
  /** Directories of the machine of the command that labels name and that are not there any more. */
  readonly goneDirectories?: readonly string[];
  /** Paths of this machine that instances want to mount and that are not there. */
  readonly missingSources?: readonly string[];
}
