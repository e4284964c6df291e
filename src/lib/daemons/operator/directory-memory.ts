import { definedOnly } from '../../defined.ts';
import { DirectoryDenied } from '../../directories/directory-errors.ts';
import type { NodeDirectory, Tree } from '../../directories/node-directory.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import type { NodeOwner } from '../../plan/node/registration.ts';
import type { Clock } from '../clock.ts';
import { mergeDesired, metadataOf, nodeRoot, type DesiredState, type Pair } from './desired-state.ts';
import { KnownValues } from './known-values.ts';
import { LostKeys } from './lost-keys.ts';
import type { OperatorSettings } from './settings.ts';

const lostDataNotice =
  'Consul has lost its data: what runs is kept until there are keys again and these have not changed for 30 s';

/** The directory's last answer about this node, valid while it does not answer, and keys that it lost with its data. */
export class DirectoryMemory {
  readonly root: string;
  readonly #directory: NodeDirectory;
  readonly #settings: OperatorSettings;
  readonly #lost: LostKeys;
  readonly #values = new KnownValues();
  #tree: Tree | undefined;
  #error: Error | undefined;
  #address: string | undefined;
  #datacenter: string | undefined;
  #isPlaceKnown = false;
  /** The address of the node according to a Consul that runs in a container here: that one's. */
  #containerAddress: string | undefined;

  constructor(directory: NodeDirectory, settings: OperatorSettings, clock: Clock) {
    this.#directory = directory;
    this.#settings = settings;
    this.root = nodeRoot(settings.prefix, settings.node);
    this.#lost = new LostKeys(clock);
  }

  /** A tree after a reset lacks keys that nobody deleted. */
  changed(tree: Tree): void {
    const services = tree.pairs.filter((pair) => this.#isService(pair));
    this.#lost.update(services, tree.wasReset, this.#error !== undefined);
    this.#tree = tree;
    this.#values.keepOnly([...tree.pairs, ...this.#lost.pairs]);
    this.#error = undefined;
  }

  failed(error: Error): void {
    this.#error = error;
    this.#address = undefined;
  }

  get hasAnswered(): boolean {
    return this.#tree !== undefined;
  }

  /** Why it does not answer now. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Under which this node is reached; empty while that is not known. */
  get address(): string {
    return this.#address ?? '';
  }

  /** The services of the file and of the keys. */
  desired(): DesiredState {
    const pairs = [...(this.#tree?.pairs ?? []), ...this.#lost.pairs];
    return mergeDesired(this.root, this.#settings.services, pairs, (claim) => this.#values.read(claim));
  }

  /** Facts of this node as the directory has them. */
  metadata(): DesiredState['metadata'] {
    return metadataOf(this.root, this.#tree?.pairs ?? []);
  }

  /** Undefined while the directory does not answer: then containers are reconciled, and registrations are left. */
  async services(): Promise<readonly ObservedService[] | undefined> {
    if (this.#error !== undefined || this.#tree === undefined) return undefined;
    await this.#findPlace();
    return this.#directory.list();
  }

  /** Who makes the containers of this node. */
  get owner(): NodeOwner {
    const { node, prefix } = this.#settings;
    return { kind: 'node', name: node, prefix, ...definedOnly({ datacenter: this.#datacenter }) };
  }

  /** Whether it is known which containers are those of this operator. */
  get knowsOwner(): boolean {
    return this.#isPlaceKnown;
  }

  /** Until lost keys are forgotten; undefined: there are none. */
  get leftMs(): number | undefined {
    return this.#error === undefined ? this.#lost.leftMs : undefined;
  }

  forgetLost(): void {
    if (this.leftMs === 0) this.#lost.forget();
  }

  /** Finds out whether the node's address is that of one of its containers. */
  compareAddress(containers: readonly ObservedContainer[]): void {
    const node = this.#address;
    if (node === undefined || node === '') return;
    const isOfContainer =
      this.#settings.address === undefined &&
      containers.some(({ addresses }) => Object.values(addresses).includes(node));
    this.#containerAddress = isOfContainer ? node : undefined;
  }

  notices(): readonly string[] {
    const lost = this.#lost.pairs.length === 0 ? [] : [lostDataNotice];
    const address = this.#containerAddress === undefined ? [] : [containerAddressNotice(this.#containerAddress)];
    return [...this.#settings.notices, ...lost, ...address];
  }

  async #findPlace(): Promise<void> {
    if (this.#address !== undefined && this.#isPlaceKnown) return;
    const { address } = this.#settings;
    const place = await this.#directory.place().catch((error: unknown) => {
      // Who gives the address needs no right to ask the agent.
      if (address !== undefined && error instanceof DirectoryDenied) return undefined;
      throw error;
    });
    this.#address = address ?? place?.address;
    this.#datacenter = place?.datacenter ?? this.#datacenter;
    this.#isPlaceKnown = true;
  }

  #isService({ key }: Pair): boolean {
    return key.startsWith(`${this.root}apps/`) || key.startsWith(`${this.root}services/`);
  }
}

function containerAddressNotice(address: string): string {
  return (
    `Consul says that this node has the address ${address}, which is a container here: other hosts cannot reach ` +
    "services there; give the node's own address with --address ADDRESS"
  );
}
