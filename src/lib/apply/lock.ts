import { Conflict, NotFound, OperationFailed, StalePlan, ignoreNotFound } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import { label } from '../labels.ts';
import { emptyImage, emptyImageArchive } from '../engine/archive/empty-image.ts';
import type { ContainerDetail } from '../engine/engine.ts';
import { isStillRunning } from '../observe/processes.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import type { Owner } from '../model/desired.ts';
import type { ApplyContext } from './context.ts';
import { ownerLabels } from '../plan/instance/network.ts';

export interface LockTiming {
  /** A holder elsewhere that is not seen to renew for so long has lost the lock. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** How long a holder that lives is waited for; longer than it takes to renew, so that its life can be seen. */
  readonly patienceMs: number;
  readonly pollMs: number;
}

const usualTiming: LockTiming = { leaseMs: 60_000, renewMs: 15_000, patienceMs: 20_000, pollMs: 500 };
const leaseFile = '/lease';

interface Holder extends ClientFacts {
  readonly command: string;
  /** ISO 8601, holder's clock: for people only, since no two clocks agree. */
  readonly since: string;
}

/** What was seen of a holder on another machine, and since when it has not changed, on our own clock. */
interface Sighting {
  readonly lease: string;
  readonly at: number;
  readonly renewed: boolean;
}

/**
 * The lock of a project: a container that is never started, because only container names are unique on an engine in one step and
 * only ids make taking over safe: who removes a dead lock removes that one and no newer. Renewed by a file in it.
 */
export class ProjectLock {
  readonly #owner: Owner;
  readonly #context: ApplyContext;
  readonly #timing: LockTiming;
  readonly #name: string;
  #id: string | undefined;
  #renewedAt = 0;
  #isLost = false;
  #timer: NodeJS.Timeout | undefined;
  #sighting: Sighting | undefined;

  constructor(owner: Owner, context: ApplyContext, timing: LockTiming = usualTiming) {
    this.#owner = owner;
    this.#context = context;
    this.#timing = timing;
    this.#name = `dockerops-lock-${owner.kind}-${owner.name}`;
  }

  get isHeld(): boolean {
    return this.#id !== undefined;
  }

  /** Waits a little for another holder, takes over from a dead one, else says who holds it since when. */
  async acquire(): Promise<void> {
    const end = performance.now() + this.#timing.patienceMs;
    for (;;) {
      if (await this.#tryCreate()) return this.#keep();
      const current = await this.#current();
      const holder = current === undefined ? undefined : holderOf(current);
      const state = current === undefined ? 'unknown' : await this.#judge(current, holder);
      if (current !== undefined && state === 'dead' && (await this.#takeOver(current, holder))) continue;
      if (performance.now() > end && state !== 'doubtful') throw held(this.#owner, holder);
      await this.#pause(holder);
    }
  }

  /** Throws when somebody took it over, as happens to a machine that slept. */
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
    if (id !== undefined) await this.#remove(id);
  }

  async #tryCreate(): Promise<boolean> {
    try {
      this.#id = await this.#create().catch(async (error: unknown) => {
        if (!(error instanceof NotFound)) throw error;
        await this.#context.engine.loadImages(emptyImageArchive(), () => {});
        return this.#create();
      });
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      throw error;
    }
  }

  async #create(): Promise<string> {
    const holder: Holder = { ...this.#context.client, command: this.#context.command, since: new Date().toISOString() };
    const { id } = await this.#context.engine.createContainer(this.#name, {
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

  /** A command that hangs keeps its lock; one that is gone does not. */
  #keep(): void {
    this.#renewedAt = Date.now();
    this.#timer = setInterval(() => void this.#renew(), this.#timing.renewMs);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const id = this.#id;
    if (id === undefined) return;
    const now = Date.now();
    try {
      await this.#context.engine.putFiles(id, [
        { path: leaseFile, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(new Date(now).toISOString()) },
      ]);
      this.#renewedAt = now;
    } catch (error) {
      if (this.#id === undefined) return;
      if (error instanceof NotFound) this.#isLost = true;
      else this.#context.progress({ type: 'warning', text: `could not renew the lock: ${String(error)}` });
    }
  }

  async #current(): Promise<ContainerDetail | undefined> {
    const current = await this.#context.engine.inspectContainer(this.#name).catch(ignoreNotFound);
    if (current === undefined || current.labels[label.kind] === 'lock') return current;
    throw new OperationFailed(
      `the name ${this.#name}, which the lock needs, is held by a container that dockerops did not make (${current.id.slice(0, 12)})`,
      {
        code: 'LOCK_NAME_HELD',
        suggestions: [`rename it, or remove it if nothing needs it: docker rm ${this.#name}`],
      },
    );
  }

  /** Where processes can be looked at, they tell; elsewhere only a renewal does, and a lack of them for the whole lease. */
  async #judge(current: ContainerDetail, holder: Holder | undefined): Promise<'alive' | 'dead' | 'doubtful'> {
    const { client, isProcessRunning } = this.#context;
    const isRunning = holder === undefined ? undefined : isStillRunning(holder, client, isProcessRunning);
    if (isRunning !== undefined) return isRunning ? 'alive' : 'dead';
    const lease = `${current.id} ${await this.#lease(current)}`;
    const now = performance.now();
    const before = this.#sighting;
    if (before?.lease !== lease) this.#sighting = { lease, at: now, renewed: before !== undefined };
    const { at, renewed } = this.#sighting ?? { at: now, renewed: false };
    if (now - at > this.#timing.leaseMs) return 'dead';
    return renewed ? 'alive' : 'doubtful';
  }

  async #lease(current: ContainerDetail): Promise<string> {
    const archive = await this.#context.engine.readArchive(current.id, leaseFile).catch(ignoreNotFound);
    if (archive === undefined) return '';
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    // A tar of one small file: its header is 512 bytes, an ISO time is 24.
    return Buffer.concat(chunks).subarray(512, 536).toString();
  }

  async #takeOver(current: ContainerDetail, holder: Holder | undefined): Promise<boolean> {
    if (!(await this.#remove(current.id))) return false;
    this.#context.progress({
      type: 'notice',
      text: `took over the lock of a command that ended without releasing it${holder === undefined ? '' : `: ${holderText(holder)}`}`,
    });
    return true;
  }

  /** False when somebody else is removing it just now. */
  async #remove(id: string): Promise<boolean> {
    try {
      await this.#context.engine.removeContainer(id, { force: true });
      return true;
    } catch (error) {
      if (error instanceof NotFound || error instanceof Conflict) return false;
      throw error;
    }
  }

  async #pause(holder: Holder | undefined): Promise<void> {
    this.#context.progress({
      type: 'operation',
      operation: 'lock',
      subject: this.#owner.name,
      state: 'waiting',
      text: `held by ${holder === undefined ? 'somebody' : holderText(holder)}`,
    });
    await sleep(this.#timing.pollMs, this.#context.signal);
  }
}

function holderOf({ labels }: ContainerDetail): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(labels[label.lockHolder] ?? '');
    return typeof holder === 'object' && holder !== null && 'pid' in holder ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function holderText({ user, hostname, pid, since, command }: Holder): string {
  return `${user}@${hostname} (pid ${String(pid)}) since ${since}: ${command}`;
}

function held(owner: Owner, holder: Holder | undefined): OperationFailed {
  return new OperationFailed(
    `${owner.kind} ${owner.name} is locked${holder === undefined ? '' : ` by ${holderText(holder)}`}`,
    {
      code: 'LOCKED',
      suggestions: [
        'wait until that command has ended, then try again',
        'a lock whose command is gone is taken over by itself',
      ],
    },
  );
}
