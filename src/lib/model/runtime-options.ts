/**
 * How the engine is to run a container, apart from what is in it. Names are the Compose specification's where it has
 * them.
 */
export interface RuntimeOptions {
  readonly restart: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  readonly stopSignal?: string;
  readonly stopSeconds?: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly user?: string;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly devices?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly shmBytes?: number;
  readonly init?: boolean;
  readonly readOnly?: boolean;
  readonly extraHosts?: readonly string[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly interactive?: boolean;
  /** Reads what its only client, attached before it starts, sends; its end is the end of the input. */
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
