/** How the engine is to run a container. Named as in the Compose specification where that has it. */
export interface RuntimeOptions {
  readonly restart: 'no' | 'always' | 'unless-stopped' | 'on-failure' | `on-failure:${number}`;
  readonly stopSignal?: string;
  readonly stopSeconds?: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly devices?: readonly string[];
  readonly privileged?: boolean;
  readonly securityOptions?: readonly string[];
  /** Name of the program that the engine runs containers with: `runc`, `nvidia`. */
  readonly containerRuntime?: string;
  readonly tmpfs?: readonly string[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly shmBytes?: number;
  readonly init?: boolean;
  readonly readOnly?: boolean;
  readonly extraHosts?: readonly string[];
  /** Instead of the DNS of the project or of the host. */
  readonly dnsServers?: readonly string[];
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly interactive?: boolean;
  /** Its input is that of the only client, which attaches before it starts; the end of that is its end of input. */
  readonly stdin?: boolean;
}

/** Times in seconds. */
export interface Healthcheck {
  readonly test: readonly string[];
  readonly intervalSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly startSeconds?: number;
  readonly retries?: number;
}
