import { emptyImage, emptyImageArchive } from '../engine/archive/empty-image.ts';
import { textOf } from '../engine/stream/engine-streams.ts';
import type { ContainerDetail, Engine } from '../engine/engine.ts';
import { Conflict, NotFound, OperationFailed, ignoreNotFound } from '../errors.ts';
import { label } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import { ownerLabels } from '../plan/ownership.ts';
import type { LockHolder } from './lock-holder.ts';

/** A file in the container that the holder rewrites while it holds the lock. */
const leaseFile = '/lease';

/** The container that is a lock. It never starts; its name is the lock, its label says who holds it. */
export class LockContainer {
  readonly #owner: Owner;
  readonly #engine: Engine;
  readonly #name: string;

  constructor(owner: Owner, engine: Engine) {
    this.#owner = owner;
    this.#engine = engine;
    this.#name = `dockerops-lock-${owner.kind}-${owner.name}`;
  }

  /** Resolves with its id; undefined when another one has the name. */
  async tryCreate(holder: LockHolder): Promise<string | undefined> {
    try {
      return await this.#create(holder).catch(async (error: unknown) => {
        if (!(error instanceof NotFound)) throw error;
        await this.#engine.loadImages(emptyImageArchive(), () => {});
        return this.#create(holder);
      });
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  async #create(holder: LockHolder): Promise<string> {
    const { id } = await this.#engine.createContainer(this.#name, {
      image: emptyImage,
      command: ['-'],
      environment: [],
      network: { mode: 'none' },
      ports: [],
      mounts: [],
      runtime: { restart: 'no' },
      labels: { ...ownerLabels(this.#owner), [label.kind]: 'lock', [label.lockHolder]: JSON.stringify(holder) },
    });
    return id;
  }

  /** The lock as it is now, whoever holds it. Rejects when a container that is no lock has its name. */
  async find(): Promise<ContainerDetail | undefined> {
    const found = await this.#engine.inspectContainer(this.#name).catch(ignoreNotFound);
    if (found === undefined || found.labels[label.kind] === 'lock') return found;
    const holder = `a container that dockerops did not make has it (${found.id.slice(0, 12)})`;
    throw new OperationFailed(`the lock needs the name ${this.#name}, but ${holder}`, {
      code: 'LOCK_NAME_HELD',
      suggestions: [`rename that container, or remove it if it is not needed: docker rm ${this.#name}`],
    });
  }

  /** Rejects with NotFound when the lock was removed. */
  async renew(id: string, time: Date): Promise<void> {
    const content = Buffer.from(time.toISOString());
    await this.#engine.putFiles(id, [{ path: leaseFile, mode: 0o644, uid: 0, gid: 0, content }]);
  }

  /** Changes with each renewal, and with each new lock. */
  async readLease(id: string): Promise<string> {
    const archive = await this.#engine.readArchive(id, leaseFile).catch(ignoreNotFound);
    if (archive === undefined) return `${id} `;
    // A tar of one small file: its header is 512 bytes, an ISO time is 24.
    return `${id} ${(await textOf(archive, 536)).slice(512)}`;
  }

  /** False when it is gone already, or another command is just removing it. */
  async remove(id: string): Promise<boolean> {
    try {
      await this.#engine.removeContainer(id, { force: true });
      return true;
    } catch (error) {
      if (error instanceof NotFound || error instanceof Conflict) return false;
      throw error;
    }
  }
}
