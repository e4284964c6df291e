import { fullDiskCode } from '../engine/engine-errors.ts';
import { EngineError, NotFound, OperationFailed, StalePlan } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import type { Owner } from '../model/desired.ts';
import type { ApplyContext } from './context.ts';
import { LockContainer } from './lock-container.ts';
import type { OwnerLock } from './owner-lock.ts';
import { HolderWatch, holderText, parseHolder, type LockHolder } from './lock-holder.ts';

export interface LockTiming {
  /** A holder on another machine that has not renewed for this time has lost the lock. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** How long to wait for a live holder. Longer than `renewMs`, so that a renewal can be seen. */
  readonly patienceMs: number;
  readonly pollMs: number;
}

interface OtherHolder {
  /** Undefined when its label cannot be read. */
  readonly holder: LockHolder | undefined;
  readonly state: 'alive' | 'dead' | 'unknown';
}

const defaultTiming: LockTiming = { leaseMs: 60_000, renewMs: 15_000, patienceMs: 20_000, pollMs: 500 };

/**
 * The lock of an owner: a container that never starts. Only names of containers can be taken on an engine in one step,
 * and removing by id makes a takeover safe: it removes the dead lock, and never one that was made since.
 */
export class ProjectLock implements OwnerLock {
  readonly #owner: Owner;
  readonly #context: ApplyContext;
  readonly #timing: LockTiming;
  readonly #container: LockContainer;
  #id: string | undefined;
  #renewedAt = 0;
  #isLost = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(owner: Owner, context: ApplyContext, timing: LockTiming = defaultTiming) {
    this.#owner = owner;
    this.#context = context;
    this.#timing = timing;
    this.#container = new LockContainer(owner, context.engine);
  }

  get isHeld(): boolean {
    return this.#id !== undefined;
  }

  /**
   * Takes the lock over from a dead holder, and waits a while for a live one. Rejects with who holds it, and since
   * when.
   */
  async acquire(): Promise<void> {
    const watch = new HolderWatch(this.#context, this.#timing.leaseMs);
    const end = performance.now() + this.#timing.patienceMs;
    for (;;) {
      this.#id = await this.#container.tryCreate(this.#holder()).catch((error: unknown) => {
        throw error instanceof EngineError && error.code === fullDiskCode
          ? noSpace(this.#context.engine.address, error)
          : error;
      });
      if (this.#id !== undefined) return this.#keepRenewing();
      const other = await this.#removeDead(watch);
      if (other === undefined) continue;
      if (performance.now() > end && other.state !== 'unknown') throw locked(this.#owner, other.holder);
      await this.#wait(other.holder);
    }
  }

  /** Rejects when another command took the lock over, as can happen after the machine slept. */
  async assertHeld(): Promise<void> {
    if (this.#id !== undefined && Date.now() - this.#renewedAt > this.#timing.leaseMs) await this.#renew();
    if (this.#isLost)
      throw new StalePlan('another command took the lock over, because this one did not renew it in time', {
        code: 'LOCK_LOST',
      });
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    const id = this.#id;
    this.#id = undefined;
    if (id !== undefined) await this.#container.remove(id);
  }

  #holder(): LockHolder {
    const { client, command } = this.#context;
    return { ...client, command, since: new Date().toISOString() };
  }

  /** Removes the lock of a dead holder. Resolves with the holder that remains; undefined when there is none. */
  async #removeDead(watch: HolderWatch): Promise<OtherHolder | undefined> {
    const current = await this.#container.find();
    if (current === undefined) return { holder: undefined, state: 'alive' };
    const holder = parseHolder(current.labels);
    const state = await watch.judge(holder, () => this.#container.readLease(current.id));
    if (state !== 'dead' || !(await this.#container.remove(current.id))) return { holder, state };
    const text = holder === undefined ? '' : `: ${holderText(holder)}`;
    this.#context.progress({
      type: 'notice',
      text: `took over the lock of a command that ended without releasing it${text}`,
    });
    return undefined;
  }

  /** A command that hangs keeps its lock; one that is gone does not. */
  #keepRenewing(): void {
    this.#renewedAt = Date.now();
    this.#timer = setInterval(() => void this.#renew(), this.#timing.renewMs);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const id = this.#id;
    if (id === undefined) return;
    const now = Date.now();
    try {
      await this.#container.renew(id, new Date(now));
      this.#renewedAt = now;
    } catch (error) {
      if (this.#id === undefined) return;
      if (error instanceof NotFound) this.#isLost = true;
      else this.#context.progress({ type: 'warning', text: `could not renew the lock: ${String(error)}` });
    }
  }

  async #wait(holder: LockHolder | undefined): Promise<void> {
    this.#context.progress({
      type: 'operation',
      operation: 'lock',
      subject: this.#owner.name,
      state: 'waiting',
      text: `held by ${holder === undefined ? 'another command' : holderText(holder)}`,
    });
    await sleep(this.#timing.pollMs, this.#context.signal);
  }
}

/** Nobody else has the lock: its name would be refused first. */
export const lockNoSpaceCode = 'LOCK_NO_SPACE';

function noSpace(address: string, cause: unknown): OperationFailed {
  return new OperationFailed(`the disk of the engine at ${address} is full: there is no space for a lock`, {
    code: lockNoSpaceCode,
    suggestions: ['see what uses it: docker system df', 'free some: dockerops clean, or docker image prune'],
    cause,
  });
}

function locked({ kind, name }: Owner, holder: LockHolder | undefined): OperationFailed {
  const by = holder === undefined ? '' : ` by ${holderText(holder)}`;
  return new OperationFailed(`${kind} ${name} is locked${by}`, {
    code: 'LOCKED',
    suggestions: [
      'wait until that command has ended, then try again',
      'the lock of a command that is gone is taken over automatically',
    ],
  });
}
