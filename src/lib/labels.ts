/** Every Docker label that dockerops writes or reads. Only these prove ownership. */
export const label = {
  /** Name of the project that created this container, network, volume or image. */
  project: 'dockerops.project',
  /** Directory of that project on the machine of the command. */
  path: 'dockerops.path',
  /** Identity of that machine; a path is only meaningful together with it. */
  machine: 'dockerops.machine',
  /** Name of the operator's node that created this container. */
  node: 'dockerops.node',
  /** Prefix of that operator's keys. */
  prefix: 'dockerops.prefix',
  /** Datacenter of that operator's Consul. */
  datacenter: 'dockerops.datacenter',
  /** Identity of the server (`dockerops serve`) that created it. */
  server: 'dockerops.server',
  /** Of a service that a server made for a job: id of the job, number of the run and of the attempt. */
  job: 'dockerops.job',
  /** Of what a server made for a version of one of its services: the number of the version. */
  version: 'dockerops.version',
  /** When that version was recorded, in milliseconds since 1970: another store may have one of the same number. */
  versionRecorded: 'dockerops.version_recorded',
  /** Of a balancer that a server made: the port of the host. Of the relay of its Swarm: `relay`. */
  balancer: 'dockerops.balancer',
  /** Of both on a Swarm: which token they were given, without the secret part of it. */
  relayToken: 'dockerops.relay_token',
  /** Service of the instance. */
  service: 'dockerops.service',
  /** Instance name within the service. */
  instance: 'dockerops.instance',
  /** standard, published, persistent, master or debug. */
  instanceType: 'dockerops.instance_type',
  /** Desired image reference; the container itself is created from an id. */
  image: 'dockerops.image',
  /** Base name of the run conf that the instance came from. */
  conf: 'dockerops.conf',
  /** `true` for an instance of a run.conf entry without a name. */
  unnamed: 'dockerops.unnamed',
  /** Version of the rules by which spec and spec_hash were made. */
  specVersion: 'dockerops.spec_version',
  /** Hash of the resolved instance; equal means up to date. */
  specHash: 'dockerops.spec_hash',
  /** The resolved instance as JSON without secret values, so that drift can name the field. */
  spec: 'dockerops.spec',
  /** Variables that the environment of the command gave, as JSON: name to value, null for a secret. */
  fromEnvironment: 'dockerops.from_environment',
  /** Hash of everything that an image was built from. */
  sourceHash: 'dockerops.source_hash',
  /** Os id of the base image that an image is based on; inherited from it. */
  base: 'dockerops.base',
  /** Public ssh host key of the instance, so that a login can be checked from any machine. */
  hostKey: 'dockerops.host_key',
  /** Public part of the client key that the instance accepts. */
  clientKey: 'dockerops.client_key',
  /** Addresses of link targets at creation, as JSON (container name to address): a later difference is drift. */
  linkAddresses: 'dockerops.link_addresses',
  /** Grows with each container that is made; orders those of one service in the DNS. */
  startNumber: 'dockerops.start_number',
  /**
   * Purpose of a container: `instance`, `once`, `lock`, `helper` or `bootstrap`. Of a volume: `scratch` is removed with
   * its container.
   */
  kind: 'dockerops.kind',
  /** Holder of the lock: user, host, pid, start and end as JSON. */
  lockHolder: 'dockerops.lock_holder',
  /**
   * The process that waits for a one-off instance: machine, pid, start and more as JSON. If it does not run, the
   * instance is a leftover.
   */
  onceBy: 'dockerops.once_by',
  /** Contents of the last images of the instance before this one, the newest first, with commas between them. */
  imagesBefore: 'dockerops.images_before',
  /** Of an instance that runs an earlier image again: content of the image that it ran instead. */
  rolledBack: 'dockerops.rolled_back',
  /** Id of the container that this one replaces: see plan/replacement/. */
  replaces: 'dockerops.replaces',
  /** Run id of the test that created it. */
  test: 'dockerops.test',
} as const;

export type Labels = Readonly<Record<string, string>>;

type LabelledOwner =
  | { readonly kind: 'project'; readonly name: string; readonly path: string; readonly machine: string }
  | { readonly kind: 'node'; readonly name: string; readonly prefix?: string; readonly datacenter?: string }
  | { readonly kind: 'server'; readonly name: string };

/** The owner that these labels prove; undefined if dockerops did not create the object. */
export function ownerIn({
  [label.project]: project,
  [label.path]: path = '',
  [label.machine]: machine = '',
  [label.node]: node,
  [label.prefix]: prefix,
  [label.datacenter]: datacenter,
  [label.server]: server,
}: Labels): LabelledOwner | undefined {
  if (project !== undefined) return { kind: 'project', name: project, path, machine };
  if (node !== undefined)
    return {
      kind: 'node',
      name: node,
      ...(prefix === undefined ? {} : { prefix }),
      ...(datacenter === undefined ? {} : { datacenter }),
    };
  return server === undefined ? undefined : { kind: 'server', name: server };
}
