import { createHmac } from 'node:crypto';
import { NotFound, StalePlan } from '../errors.ts';
import type { ContainerDetail } from '../engine/engine.ts';
import type { Reference, Template } from '../model/desired.ts';
import type { Operation } from '../plan/operation.ts';
import { imageContent } from '../model/image-content.ts';
import type { KeyText } from '../model/key-text.ts';
import type { ApplyContext } from './context.ts';
import type { OwnerLock } from './owner-lock.ts';
import type { RunKeys } from './run-keys.ts';
import { startNumbers } from './start-numbers.ts';

/** What the operations of one run made on one host, and the place where references become values. */
export class Results {
  readonly #context: ApplyContext;
  readonly #keys: RunKeys;
  readonly #containerIds = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  readonly #subnets = new Map<string, string>();
  readonly #operations: readonly Operation[];
  #startNumbers: ReadonlyMap<string, number> | undefined;
  readonly #networks: ReadonlySet<string>;

  /** Held from the operation `lock` to the operation `unlock`. */
  lock: OwnerLock | undefined;

  /** A fixed address is known before its container is made, so nobody has to wait for it. */
  constructor(context: ApplyContext, operations: readonly Operation[], keys: RunKeys) {
    this.#context = context;
    this.#keys = keys;
    this.#networks = new Set(
      operations.flatMap((operation) =>
        'spec' in operation && operation.spec.network.mode === 'network' ? [operation.spec.network.network] : [],
      ),
    );
    this.#operations = operations;
    for (const operation of operations) {
      if (operation.kind === 'create-container' && operation.fixedAddress !== undefined)
        this.#addresses.set(operation.spec.container, operation.fixedAddress);
    }
  }

  /** A container was created, or got this name. */
  created(container: string, id: string): void {
    this.#containerIds.set(container, id);
  }

  network(name: string, subnet: string): void {
    this.#subnets.set(name, subnet);
  }

  key(name: string, key: KeyText): void {
    this.#keys.set(name, key);
  }

  /** Id of a container made by this run, else of the observed one. */
  containerId(name: string): string {
    const id =
      this.#containerIds.get(name) ??
      this.#context.observed.containers.find((container) => container.name === name)?.id;
    if (id === undefined) throw new StalePlan(`container ${name} is not there any more`, { code: 'STALE_PLAN' });
    return id;
  }

  async text(text: Template): Promise<string> {
    const pieces = await Promise.all(
      text.map(async (piece) => (typeof piece === 'string' ? piece : this.#value(piece))),
    );
    return pieces.join('');
  }

  async #value(reference: Reference): Promise<string> {
    if ('addressOf' in reference) return this.#addressOf(reference.addressOf);
    if ('subnetOf' in reference) return this.#subnetOf(reference.subnetOf);
    if ('privateKey' in reference) return (await this.material(reference.privateKey)).private;
    if ('publicKey' in reference) return (await this.material(reference.publicKey)).public;
    if ('certificate' in reference) return this.#certificate(reference.certificate);
    if ('contentOf' in reference) return this.#contentOf(reference.contentOf);
    if ('startNumber' in reference) return String(this.startNumber(reference.startNumber));
    if ('derivedSecret' in reference) return this.#derive(reference.derivedSecret, reference.label);
    return (await this.material(reference.secret)).private;
  }

  /** Of a container of the plan, or one that is there; 0 for one that has none. */
  startNumber(container: string): number {
    // Only now, since a command may have waited for another one that made containers.
    this.#startNumbers ??= startNumbers(this.#operations, this.#context.observed.containers, Date.now());
    return this.#startNumbers.get(container) ?? 0;
  }

  async #contentOf(id: string): Promise<string> {
    const image = await this.#context.engine.findImage(id);
    return (image && imageContent(image)) ?? '';
  }

  async #derive(name: string, label: Template): Promise<string> {
    const secret = Buffer.from((await this.material(name)).private, 'base64');
    return createHmac('sha256', secret)
      .update(await this.text(label))
      .digest('base64');
  }

  async #certificate(name: string): Promise<string> {
    const { certificate } = await this.material(name);
    if (certificate === undefined) throw new TypeError(`key ${name} has no certificate`);
    return certificate;
  }

  async #addressOf(container: string): Promise<string> {
    const known = this.#addresses.get(container);
    if (known !== undefined) return known;
    const address = addressIn(await this.#inspect(container), this.#networks);
    if (address === undefined)
      throw new StalePlan(`container ${container} has no address: it is not running`, { code: 'STALE_PLAN' });
    this.#addresses.set(container, address);
    return address;
  }

  async #inspect(container: string): Promise<ContainerDetail> {
    try {
      return await this.#context.engine.inspectContainer(this.containerId(container));
    } catch (error) {
      if (error instanceof NotFound)
        throw new StalePlan(`container ${container} is not there any more`, { code: 'STALE_PLAN', cause: error });
      throw error;
    }
  }

  #subnetOf(network: string): string {
    const subnet =
      this.#subnets.get(network) ?? this.#context.observed.networks.find(({ name }) => name === network)?.subnets[0];
    if (subnet === undefined) throw new StalePlan(`network ${network} is not there any more`, { code: 'STALE_PLAN' });
    return subnet;
  }

  /** A key made by this run, else one that is kept. */
  async material(name: string): Promise<KeyText> {
    return this.#keys.get(name);
  }
}

/** On a network of this plan's instances if it is on one: others may have connected it to more. */
function addressIn({ addresses }: ContainerDetail, networks: ReadonlySet<string>): string | undefined {
  const known = Object.entries(addresses).filter(([, address]) => address !== '');
  return (known.find(([network]) => networks.has(network)) ?? known[0])?.[1];
}
