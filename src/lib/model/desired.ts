/**
 * What is desired, from any source. A project's run.conf, an operator's keys and a server's services all become
 * `Desired`; the planner knows nothing else. All values are plain, readonly and printable.
 */
import type { InstanceType } from '../switches.ts';
import type { Healthcheck, RuntimeOptions } from './runtime-options.ts';

/** Who made a thing and may change it. */
export type Owner =
  | { readonly kind: 'project'; readonly name: string; readonly path: string; readonly machine: string }
  /** An operator. Prefix and datacenter are those of its keys; absent: not known. */
  | { readonly kind: 'node'; readonly name: string; readonly prefix?: string; readonly datacenter?: string }
  | { readonly kind: 'server'; readonly name: string }
  /** Publishes keys and makes nothing on an engine. */
  | { readonly kind: 'registrator'; readonly name: string };

/** Where a value came from, for a reader: `{source: 'run.conf', where: 'run.conf:12:7'}`. */
export interface Origin {
  readonly source:
    | 'command line'
    | 'environment'
    | 'host.conf'
    | 'run.conf'
    | 'env_file'
    | 'instance type'
    | 'Dockerfile'
    | 'link'
    | 'fixed'
    | 'default'
    | 'operator.json'
    /** What a container was made from, where the files do not say. */
    | 'its container'
    | 'Consul'
    | 'API';
  readonly where?: string;
}

/** A value that exists only later, or that must not be printed. The executor puts it in. */
export type Reference =
  | { readonly addressOf: string } // a container's address on the owner's network, by container name
  | { readonly subnetOf: string } // a network's subnet, by network name
  | { readonly privateKey: string } // by key name
  | { readonly publicKey: string }
  | { readonly certificate: string } // of a host key, by key name
  | { readonly secret: string } // a random secret of the owner, base64, by key name
  | { readonly derivedSecret: string; readonly label: Template } // HMAC-SHA256 of the label with such a secret, base64
  | { readonly contentOf: string } // of an image, by id: see image-content.ts; empty where it cannot be told
  | { readonly startNumber: string }; // by container name: grows with each container that is made
/** Text with references in it: `['http://', {addressOf: 'x'}]`. */
export type Template = readonly (string | Reference)[];

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: Template;
  /** Masked in every output; never in a label, hashed or not. */
  readonly secret: boolean;
}

export interface FileSpec {
  readonly path: string;
  readonly content: Template;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Its content must not be printed, nor enter a label, hashed or not. */
  readonly secret?: true;
}

/** Container name and the name under which the linking container alone resolves it. */
export interface LinkSpec {
  readonly target: string;
  readonly alias: string;
}

export type NetworkAttachment =
  | {
      readonly mode: 'network';
      readonly network: string;
      /** The network's first address, kept free for the dns instance. */
      readonly reservedAddress: boolean;
      readonly aliases: readonly string[];
      readonly links: readonly LinkSpec[];
      readonly resolver?: { readonly server: Template; readonly search: string };
    }
  | { readonly mode: 'bridge' | 'host' };

export interface PortSpec {
  readonly container: number;
  readonly protocol: 'tcp' | 'udp';
  /** Absent: the engine picks one. */
  readonly host?: number;
  /** Host address to bind; absent: all. */
  readonly ip?: string;
  /** Of a Swarm service: only on the nodes of its tasks. Absent: on every node by the Swarm's mesh, which needs vip. */
  readonly publish?: 'host';
}

export type MountSpec =
  | { readonly kind: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean }
  | {
      readonly kind: 'volume';
      readonly volume: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly lifetime: 'instance' | 'kept';
    }
  /** A volume of the container alone: begins with the image's content, and is removed with the container. */
  | { readonly kind: 'scratch'; readonly target: string }
  /**
   * A directory of the host that gets the image's content, owners and modes at first use; a shared one begins empty.
   */
  | { readonly kind: 'data'; readonly directory: string; readonly target: string; readonly shared?: true };

/** A service of a Swarm instead of a container of one engine. */
export interface SwarmPlacement {
  readonly kind: 'swarm';
  /** So many tasks, or one on each node. */
  readonly mode: SwarmMode;
  /** As the engine has them: `node.role==worker`. */
  readonly constraints: readonly string[];
  /** How the service's name resolves: to one virtual address, which needs ip_vs in the kernel, or to its tasks. */
  readonly endpoint: 'vip' | 'dnsrr';
  /** A node with less memory that is not reserved yet gets no task. */
  readonly reservedMemoryBytes?: number;
  /** Of its containers; those of the instance are of the service only. */
  readonly containerLabels?: Readonly<Record<string, string>>;
}

export type SwarmMode = { readonly replicated: number } | 'global';

/**
 * One container, or one service of a Swarm, as it is desired. Members marked * are not part of its hash.
 */
export interface InstanceSpec {
  /** `<service>-<instance>`: its DNS name, unique with its owner. */
  readonly key: string;
  /** Name of the container. */
  readonly container: string;
  readonly service: string;
  readonly instance: string;
  readonly type: InstanceType;
  readonly image: string;
  readonly hostname: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: readonly EnvironmentVariable[];
  readonly files: readonly FileSpec[];
  readonly network: NetworkAttachment;
  readonly ports: readonly PortSpec[];
  readonly mounts: readonly MountSpec[];
  readonly runtime: RuntimeOptions;
  readonly healthcheck?: Healthcheck;
  /** It is ready when it has ended with exit code 0, and is not run again. Absent: when it is healthy, or runs. */
  readonly wait?: 'completed';
  readonly labels: Readonly<Record<string, string>>;
  /** Who keeps its names in the DNS: the client inside it, dockerops (for an image without the client), or nobody. */
  readonly lease: 'client' | 'dockerops' | 'none';
  readonly placement:
    /** `host`: its name; absent: that of the command's own engine. */
    { readonly kind: 'engine'; readonly host?: string } | SwarmPlacement;
  /** * Keys of instances that must be ready before. */
  readonly after: readonly string[];
  /** * Seconds to wait after it is ready, before its dependents start. */
  readonly sleepSeconds: number;
  /** * Variables that the environment of the command gave; null for the value of a secret. */
  readonly fromEnvironment?: Readonly<Record<string, string | null>>;
  /** * Field path (`environment.DB_HOST`) to where its value came from. */
  readonly origins: Readonly<Record<string, Origin>>;
}

export interface NetworkSpec {
  readonly name: string;
  /** CIDR from which subnets are taken, and the prefix length of one. */
  readonly range: string;
  readonly prefix: number;
}

/** A key pair or secret of the owner, or of one instance. */
export interface KeySpec {
  readonly name: string;
  readonly kind: 'ssh' | 'secret';
  /** `project` keys are kept with the project; `instance` keys exist only inside the container they are made for. */
  readonly keep: 'project' | 'instance';
  readonly exists: boolean;
  /** Of the project's ssh keys that exist, as far as it is known: `ssh-ed25519 AAAA…`. */
  readonly publicPart?: string;
  /** Of a host key: the key that certifies it, and the host names that the certificate is for. */
  readonly certify?: { readonly by: string; readonly principals: readonly [string, ...string[]] };
}

export interface ImageSpec {
  readonly reference: string;
  readonly service: string;
  readonly source:
    | {
        readonly kind: 'folder';
        readonly directory: string;
        readonly dockerfile: string;
        readonly buildArgs: Readonly<Record<string, string>>;
        /** Names of arguments whose values are masked in every output and in no label, hashed or not. */
        readonly secretArgs?: readonly string[];
        readonly platform?: string;
        /** Stage of the Dockerfile that is the image; absent: the last. */
        readonly target?: string;
        /** What the owner calls parents that the Dockerfile calls otherwise, by the reference there. */
        readonly parentNames?: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'base'; readonly os: string }
    | { readonly kind: 'registry'; readonly platform?: string };
  /** Hash of everything it is made from; absent for images of a registry. */
  readonly inputHash?: string;
  /** References of images that must exist before it is built. */
  readonly parents: readonly string[];
  readonly pin?: ImagePin;
}

/** The only image that may be used in place of one by its name. It is neither built nor pulled. */
export interface ImagePin {
  /** See image-content.ts. Absent: there is none for this service. */
  readonly content?: string;
  /** As the lock has them; absent: not known. */
  readonly platform?: string;
  readonly reference?: string;
  readonly inputHash?: string;
}

export interface Desired {
  readonly owner: Owner;
  readonly network?: NetworkSpec;
  readonly keys: readonly KeySpec[];
  readonly images: readonly ImageSpec[];
  readonly instances: readonly InstanceSpec[];
  /** True when `instances` is all that the owner desires: its other containers are orphans. */
  readonly complete: boolean;
  /**
   * Stopped containers of entries with `autostart: false`: `run:all` does not start them, and they are no orphans.
   */
  readonly notAutostarted?: readonly string[];
}
