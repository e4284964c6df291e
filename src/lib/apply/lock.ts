import { setTimeout as delay } from 'node:timers/promises';
import { Conflict, Interrupted, NotFound, OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import { emptyImage, emptyImageArchive } from '../engine/empty-image.ts';
import type { ContainerDetail } from '../engine/engine.ts';
import type { Owner } from '../project/project.ts';
import type { ApplyContext } from './context.ts';
import { ownerLabels } from '../plan/plan-network.ts';

/** A holder that neither renews nor releases loses the lock after this. */
const leaseSeconds = 60;
const renewMs = 15_000;
const patienceMs = 20_000;
const pollMs = 500;
const leaseFile = '/lease';

interface Holder {
  readonly user: string;
  readonly hostname: string;
  readonly machine: string;
  readonly pid: number;
  readonly processStart: string;
  readonly command: string;
  /** ISO 8601, holder's clock. */
  readonly since: string;
}

/**
 * The lock of a project: a container that is never started, because only container names are unique on an engine in one step and
 * only ids make taking over safe: who removes a dead lock removes that one and no newer. Renewed by a file in it.
 */
export class ProjectLock {
  readonly #context: ApplyContext;
  readonly #name: string;
  #id: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(owner: Owner, context: ApplyContext) {
    this.#context = context;
    this.#name = `dockerops-lock-${owner.kind}-${owner.name}`;
  }

  /** Waits a little for another holder, takes over from a dead one, else says who holds it since when. */
  async acquire(owner: Owner): Promise<void> {
    const end = performance.now() + patienceMs;
    for (;;) {
      if (await this.#tryCreate(owner)) return this.#keep();
      const current = await this.#current();
      if (current === undefined) continue;
      const holder = parseHolder(current);
      if (await this.#isDead(current, holder)) await this.#takeOver(current, holder);
      else if (performance.now() > end) throw held(owner, holder);
      else await this.#pause(holder);
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#id === undefined) return;
    await this.#context.engine.removeContainer(this.#id).catch(ignoreNotFound);
    this.#id = undefined;
  }

  async #tryCreate(owner: Owner): Promise<boolean> {
    try {
      this.#id = await this.#create(owner);
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      if (!(error instanceof NotFound)) throw error;
    }
    await this.#context.engine.loadImages(emptyImageArchive(), () => {});
    return false;
  }

  async #create(owner: Owner): Promise<string> {
    const { user, hostname, machine, pid, processStart } = this.#context.client;
    const holder: Holder = { user, hostname, machine, pid, processStart, command: this.#context.command, since: new Date().toISOString() };
    const { id } = await this.#context.engine.createContainer(this.#name, {
      image: emptyImage, command: ['-'], environment: [], network: { mode: 'none' }, ports: [], mounts: [], runtime: { restart: 'no' },
      labels: { ...ownerLabels(owner), [label.kind]: 'lock', [label.lockHolder]: JSON.stringify(holder) },
    });
    return id;
  }

  /** A command that hangs keeps its lock; one that is gone does not. */
  #keep(): void {
    this.#timer = setInterval(() => void this.#renew(), renewMs);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    if (this.#id === undefined) return;
    const content = Buffer.from(new Date().toISOString());
    await this.#context.engine.putFiles(this.#id, [{ path: leaseFile, mode: 0o644, uid: 0, gid: 0, content }])
      .catch((error: unknown) => this.#context.progress({ type: 'warning', text: `could not renew the lock: ${String(error)}` }));
  }

  async #current(): Promise<ContainerDetail | undefined> {
    return this.#context.engine.inspectContainer(this.#name).catch(ignoreNotFound);
  }

  async #isDead(current: ContainerDetail, holder: Holder | undefined): Promise<boolean> {
    if (holder === undefined) return true;
    if (holder.machine === this.#context.client.machine && holder.hostname === this.#context.client.hostname) {
      return !(await this.#context.isAlive(holder.pid, holder.processStart));
    }
    const renewed = await this.#lastRenewal(current) ?? Date.parse(holder.since);
    return Date.now() - renewed > leaseSeconds * 1000;
  }

  async #lastRenewal(current: ContainerDetail): Promise<number | undefined> {
    const archive = await this.#context.engine.readArchive(current.id, leaseFile).catch(ignoreNotFound);
    if (archive === undefined) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    // A tar of one small file: its header is 512 bytes, an ISO time is 24.
    const time = Date.parse(Buffer.concat(chunks).subarray(512, 536).toString());
    return Number.isNaN(time) ? undefined : time;
  }

  async #takeOver(current: ContainerDetail, holder: Holder | undefined): Promise<void> {
    this.#context.progress({ type: 'notice', text: `taking over the lock of a command that ended without releasing it${holder === undefined ? '' : `: ${holderText(holder)}`}` });
    await this.#context.engine.removeContainer(current.id, { force: true }).catch(ignoreNotFound);
  }

  async #pause(holder: Holder | undefined): Promise<void> {
    this.#context.progress({ type: 'operation', operation: 'lock', subject: 'lock', state: 'waiting', text: `held by ${holder === undefined ? 'somebody' : holderText(holder)}` });
    await delay(pollMs, undefined, { signal: this.#context.signal }).catch(() => { throw new Interrupted(); });
  }
}

function parseHolder(current: ContainerDetail): Holder | undefined {
  try {
    return JSON.parse(current.labels[label.lockHolder] ?? '') as Holder;
  } catch {
    return undefined;
  }
}

function holderText({ user, hostname, pid, since, command }: Holder): string {
  return `${user}@${hostname} (pid ${String(pid)}) since ${since}: ${command}`;
}

function held(owner: Owner, holder: Holder | undefined): OperationFailed {
  return new OperationFailed(`${owner.kind} ${owner.name} is locked${holder === undefined ? '' : ` by ${holderText(holder)}`}`, {
    code: 'LOCKED', suggestions: ['wait until that command has ended, then try again', 'a lock whose command is gone is taken over by itself'],
  });
}

function ignoreNotFound(error: unknown): undefined {
  if (error instanceof NotFound) return undefined;
  throw error;
}
