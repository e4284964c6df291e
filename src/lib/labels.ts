/** Every Docker label that dockerops writes or reads. Ownership is proved by these and by nothing else. */
export const label = {
  /** Name of the project that made this container, network, volume or image. */
  project: 'dockerops.project',
  /** Directory of that project on the machine that made it. */
  path: 'dockerops.path',
  /** Identity of the machine whose dockerops made it; a path means something only together with it. */
  machine: 'dockerops.machine',
  /** Name of the operator's node that made this container. */
  node: 'dockerops.node',
  /** Identity of the server (`dockerops serve`) that made it. */
  server: 'dockerops.server',
  /** Service of the instance. */
  service: 'dockerops.service',
  /** Instance name within the service. */
  instance: 'dockerops.instance',
  /** standard, published, persistent, master or debug. */
  instanceType: 'dockerops.instance_type',
  /** Reference of the image as wanted; the container itself is made from an id. */
  image: 'dockerops.image',
  /** Base name of the run conf that the instance came from. */
  conf: 'dockerops.conf',
  /** Set to `true` for an instance that a run.conf entry without a name owns. */
  unnamed: 'dockerops.unnamed',
  /** Version of the rules by which spec and spec_hash were made. */
  specVersion: 'dockerops.spec_version',
  /** Hash of the resolved instance; equal means: nothing to do. */
  specHash: 'dockerops.spec_hash',
  /** The resolved instance as JSON without secret values, so that drift can name the field. */
  spec: 'dockerops.spec',
  /** Hash of everything that an image was built from. */
  sourceHash: 'dockerops.source_hash',
  /** Os id of the base image that an image is built on; comes with the image. */
  base: 'dockerops.base',
  /** Public ssh host key of the instance, so that a login can be checked from any machine. */
  hostKey: 'dockerops.host_key',
  /** Public part of the project's client key that the instance lets in. */
  clientKey: 'dockerops.client_key',
  /** Addresses of link targets at create time as JSON (container name to address): a later difference is drift. */
  linkAddresses: 'dockerops.link_addresses',
  /**
   * `instance`, `once`, `lock`, `helper` or `bootstrap`: what a container is for. `scratch`: a volume that goes with
   * its container.
   */
  kind: 'dockerops.kind',
  /** Who holds the lock: user, host, pid, start and end as JSON. */
  lockHolder: 'dockerops.lock_holder',
  /**
   * Of a one-off instance, the command that waits for it: machine, pid, start and more as JSON. Without it, it is a
   * leftover.
   */
  onceBy: 'dockerops.once_by',
  /** Run id of the test that made it. */
  test: 'dockerops.test',
} as const;

export type Labels = Readonly<Record<string, string>>;

type LabelledOwner =
  | { readonly kind: 'project'; readonly name: string; readonly path: string; readonly machine: string }
  | { readonly kind: 'node' | 'server'; readonly name: string };

/** Who made what has these labels; undefined: none of us. */
export function ownerIn({
  [label.project]: project,
  [label.path]: path = '',
  [label.machine]: machine = '',
  [label.node]: node,
  [label.server]: server,
}: Labels): LabelledOwner | undefined {
  if (project !== undefined) return { kind: 'project', name: project, path, machine };
  if (node !== undefined) return { kind: 'node', name: node };
  return server === undefined ? undefined : { kind: 'server', name: server };
}
