/** The words of the service directory. Times are in milliseconds since 1970. */

export interface ServicePort {
  readonly container: number;
  /** Of each host, by the balancer; absent: none. */
  readonly host?: number;
}

/** What a version runs with. Keys that are not known are kept. */
export interface ServiceConfig {
  /** Reached by name on the public port. */
  readonly publicFacing: boolean;
  readonly loadBalanced?: boolean;
  readonly numInstances: number;
  readonly ports: readonly ServicePort[];
  readonly env: Readonly<Record<string, string | number | boolean>>;
  /** Path of the host or name of a volume to `/path/in/container[:ro]`. */
  readonly volume: Readonly<Record<string, string>>;
  readonly autoDeploy?: string | boolean;
  /** Pattern of service names: not on a host with a unit of one of them. */
  readonly conflictsWith?: string;
  /** Pattern of service names: on a host with a unit of one of them. */
  readonly mustShareWith?: string;
  readonly healthcheck?: unknown;
  /** Kept, without effect. */
  readonly user?: string;
  readonly [other: string]: unknown;
}

export interface Service {
  readonly name: string;
  readonly description?: string;
  readonly dockerRepository: string;
  /** Of the next version. */
  readonly config: ServiceConfig;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What a new service is made of; the rest of it is the store's. */
export type NewService = Omit<Service, 'createdAt' | 'modifiedAt'>;

/** A version that was deployed, or recorded to be. */
export interface ServiceVersion {
  readonly service: string;
  /** From 1. */
  readonly version: number;
  /** As it was sent with the deploy; the configuration has it too, as `image`. */
  readonly image: string;
  readonly config: ServiceConfig;
  readonly createdAt: number;
  /** By the clock of who pushed the image. */
  readonly pushedAt?: number;
  /** The version whose image and configuration it has again. */
  readonly rollbackOf?: number;
}
