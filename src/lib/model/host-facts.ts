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

/**
 * The process and user of this command, as locks and labels record them. Of the command's machine, not of the
 * engine's.
 */
export interface ClientFacts {
  readonly machine: string;
  readonly hostname: string;
  readonly user: string;
  readonly pid: number;
  /** Start of the process, which a later one with the same pid does not share; empty where unknown. */
  readonly processStart: string;
  /** Differs where pids of one machine mean different processes, as in containers; empty or absent where unknown. */
  readonly pidNamespace?: string;
}

export interface HostFacts {
  /** True when the engine runs on this machine, so that its files and interfaces are ours to read. */
  readonly local: boolean;
  readonly hostname: string;
  readonly interfaces?: readonly HostInterface[];
  /** Where `interfaces` are unknown: addresses by interface, as existing instances got them when they were made. */
  readonly recordedAddresses?: Readonly<Record<string, string>>;
  /** Destinations of the host's routes as CIDR. */
  readonly routes?: readonly string[];
  readonly portHolders?: readonly PortHolder[];
  readonly client: ClientFacts;
  /** Directories of the command's machine that labels name and that no longer exist. */
  readonly goneDirectories?: readonly string[];
  /** Paths of this machine that instances are to mount and that do not exist. */
  readonly missingSources?: readonly string[];
  /** Folders of this machine with data of later versions of DockerOps, by the folders that are to be used instead. */
  readonly formerData?: Readonly<Record<string, string>>;
  /** Folders of this machine with data of services that are gone, by folders of the same instance that do not exist. */
  readonly abandonedData?: Readonly<Record<string, readonly string[]>>;
}
