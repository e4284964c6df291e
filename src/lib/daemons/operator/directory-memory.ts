import type { NodeDirectory, Tree } from '../../directories/node-directory.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import type { Clock } from '../clock.ts';
import { LostKeys } from './lost-keys.ts';
import type { OperatorSettings } from './settings.ts';
import { mergeDesired, nodeRoot, type Pair, type DesiredState } from './desired-state.ts';

/** What the directory said last about this node, which counts on while it is silent; also keys that it has lost with its data. */
export class DirectoryMemory {
  readonly root: string;
  readonly #directory: NodeDirectory;
  readonly #settings: OperatorSettings;
  readonly #lost: LostKeys;
  #tree: Tree | undefined;
  #error: Error | undefined;
  #address: string | undefined;
  /** Consul runs in a container and gives that one's address. */
  #isInner = false;

  constructor(directory: NodeDirectory, settings: OperatorSettings, clock: Clock) {
    this.#directory = directory;
    this.#settings = settings;
    this.root = nodeRoot(settings.prefix, settings.node);
    this.#lost = new LostKeys(clock);
  }

  /** One that was reset has lost its data, and wishes nothing by that. */
  says(tree: Tree): void {
    this.#lost.see(
      tree.pairs.filter((pair) => this.#isService(pair)),
      tree.wasReset,
      this.#error !== undefined,
    );
    this.#tree = tree;
    this.#error = undefined;
  }

  fails(error: Error): void {
    this.#error = error;
    this.#address = undefined;
  }

  get wasHeard(): boolean {
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

  /** The file's services and these. */
  wanted(): DesiredState {
    return mergeDesired(this.root, this.#settings.services, [...(this.#tree?.pairs ?? []), ...this.#lost.pairs]);
  }

  /** Facts of this node, as they stand there. */
  metadata(): DesiredState['metadata'] {
    return mergeDesired(this.root, [], this.#tree?.pairs ?? []).metadata;
  }

  /** Undefined while it does not answer: then containers are seen to, and entries left. */
  async services(): Promise<readonly ObservedService[] | undefined> {
    if (this.#error !== undefined || this.#tree === undefined) return undefined;
    this.#address ??= this.#settings.address ?? (await this.#directory.nodeAddress());
    return this.#directory.list();
  }

  /** Until lost keys are to be forgotten; undefined while none are. */
  get leftMs(): number | undefined {
    return this.#error === undefined ? this.#lost.leftMs : undefined;
  }

  forgetLost(): void {
    if (this.leftMs === 0) this.#lost.forget();
  }

  seeContainers(containers: readonly ObservedContainer[]): void {
    this.#isInner =
      this.#settings.address === undefined &&
      containers.some(({ addresses }) =>
        Object.values(addresses).some((address) => address !== '' && address === this.#address),
      );
  }

  notices(): readonly string[] {
    const lost =
      this.#lost.pairs.length === 0
        ? []
        : [
            'Consul has lost its data: what runs is kept until there are keys again, and these have not changed for 30 s',
          ];
    const inner = this.#isInner
      ? [
          `Consul says that this node is ${this.address}, which is a container here: others reach no service by that; give the node's own: --address ADDRESS`,
        ]
      : [];
    return [...lost, ...inner];
  }

  #isService({ key }: Pair): boolean {
    return key.startsWith(`${this.root}apps/`) || key.startsWith(`${this.root}services/`);
  }
}
