import type { Tree } from '../../directories/node-directory.ts';
import { streamOpened, type EngineEvent } from '../../engine/engine.ts';
import { Interrupted, messageOf } from '../../errors.ts';
import { label, ownerIn } from '../../labels.ts';
import { nothingObserved } from '../../observe/observe.ts';
import { planMetadata } from '../../plan/node/plan-metadata.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import { Notices } from '../notices.ts';
import type { PassResult } from '../reconcile-loop.ts';
import type { ListedContainer } from '../reported-changes.ts';
import type { AgentTools } from './agent-tools.ts';
import { applyNode } from './apply-node.ts';
import { Convergence, type Preview } from './convergence.ts';
import type { DesiredState } from './desired-state.ts';
import { DirectoryMemory } from './directory-memory.ts';
import { LeaderLock } from './leader-lock.ts';
import type { StateName } from './status.ts';

/**
 * Reconciles one node. Each pass compares desired and observed state and applies a plan of the difference. Between
 * passes it keeps the directory's last answer, what failed and when, and facts that never change. Watchers wake it.
 */
export class NodeAgent {
  readonly #tools: AgentTools;
  readonly #directory: DirectoryMemory;
  readonly #convergence: Convergence;
  readonly #notices: Notices;
  readonly #leaderLock = new LeaderLock();
  #postponed: { readonly state: StateName; readonly error: unknown }[] = [];

  constructor(tools: AgentTools) {
    this.#tools = tools;
    this.#directory = new DirectoryMemory(tools.directory, tools.settings, tools.clock);
    this.#convergence = new Convergence(tools, this.#directory, (error) => {
      this.#postpone('FetchingDirectoryStateFailed', error);
    });
    this.#notices = new Notices(tools.warn);
  }

  directoryChanged(tree: Tree): void {
    this.#directory.changed(tree);
    this.#convergence.changes.hurry();
    this.#tools.wake('directory');
  }

  directoryFailed(error: Error): void {
    this.#directory.failed(error);
    this.#tools.wake('directory failed');
  }

  setLeader(isLeader: boolean): void {
    if (this.#leaderLock.set(isLeader)) this.#tools.wake(isLeader ? 'leader lock held' : 'leader lock lost');
  }

  /** The directory cannot be asked who is the leader. */
  leaderUnknown(error: Error): void {
    this.#leaderLock.failed(error);
    if (!this.#leaderLock.isOurs) this.#tools.wake('leader unknown');
  }

  onEvent(event: EngineEvent): void {
    if (this.isConcernedBy(event)) this.#tools.wake(`${event.type} ${event.action}`, event);
  }

  /**
   * Whether an event of the engine may make a difference. Those of others' containers do not, unless they release a
   * name or a port that a service waits for.
   */
  isConcernedBy(event: EngineEvent): boolean {
    const { type, labels } = event;
    if (type === streamOpened.type) return true;
    const owner = ownerIn(labels);
    if (type === 'container' && owner !== undefined && isSameOwner(owner, this.#directory.owner))
      return labels[label.kind] === 'instance';
    return this.#convergence.services.isConcernedBy(event);
  }

  /** Whether images are being pulled, without which some service cannot run. */
  get isPulling(): boolean {
    return this.#convergence.pulls.isBusy;
  }

  /** Whether containers are still being changed. */
  get isChanging(): boolean {
    return this.#convergence.changes.services.size > 0;
  }

  /** Returns when no container is being changed. */
  async changed(): Promise<void> {
    await this.#convergence.changes.idle();
  }

  /** Returns when no image is being pulled. */
  async pulled(): Promise<void> {
    await this.#convergence.pulls.idle();
  }

  /** One pass. Rejects when it could not be made; a service that failed is in the status. */
  async pass(signal: AbortSignal): Promise<PassResult> {
    const { status } = this.#tools;
    if (status.hasFailed) status.enter('AttemptingToRecover');
    if (!this.#directory.hasAnswered) return this.#boot(signal);
    if (!this.#leaderLock.isOurs) return this.#standBy();
    this.#postponed = [];
    if (this.#directory.error === undefined)
      await this.#postMetadata(signal).catch((error: unknown) => {
        this.#postpone('PostingMetadataFailed', error);
      });
    if (status.state === 'Initial' || status.state === 'Booting') status.enter('Booted');
    const listed = await this.#converge(signal);
    this.#conclude();
    return { ...again([...this.#convergence.nextMs(), this.#directory.leftMs]), listed };
  }

  /** What a pass would do. */
  async preview(): Promise<Preview> {
    return this.#convergence.preview(this.#directory.desired());
  }

  /** Before Consul has answered once, only a service `consul` of the file is started: nobody else would start it. */
  async #boot(signal: AbortSignal): Promise<PassResult> {
    const { status, settings } = this.#tools;
    const { error } = this.#directory;
    if (error === undefined) {
      status.enter('Booting');
      return {};
    }
    const services = settings.services.filter(({ name }) => name === 'consul');
    const desired = { services, unread: new Map(), notices: [], metadata: new Map() };
    if (services.length > 0) await status.during('ConsulFailed', () => this.#convergence.run(desired, false, signal));
    status.enter('ConsulFailed', error.message);
    return again(this.#convergence.nextMs());
  }

  #standBy(): PassResult {
    this.#convergence.services.stopChecks();
    this.#tools.status.enter(...this.#leaderLock.state);
    return {};
  }

  async #postMetadata(signal: AbortSignal): Promise<void> {
    const { settings, openEngine, progress, directory } = this.#tools;
    const { owner, root } = this.#directory;
    const plan = planMetadata(owner, root, settings.metadata, this.#directory.metadata());
    if (plan.operations.length === 0) return;
    await applyNode(plan, nothingObserved, await openEngine(), { progress, signal, catalog: directory });
  }

  async #converge(signal: AbortSignal): Promise<readonly ListedContainer[]> {
    this.#directory.forgetLost();
    const desired = await this.#tools.status.during('MergingStateFailed', async () => this.#directory.desired());
    this.#publishNotices(desired);
    const listed = await this.#convergence.run(desired, true, signal);
    this.#publishNotices(desired);
    return listed;
  }

  #publishNotices({ notices }: DesiredState): void {
    const all = [...notices, ...this.#directory.notices()];
    this.#notices.set([...all, ...this.#convergence.problems]);
    this.#tools.status.notices = all;
  }

  /** A fault of the directory does not stop work on containers; it fails the pass at its end. */
  #postpone(state: StateName, error: unknown): void {
    if (error instanceof Interrupted) throw error;
    this.#postponed.push({ state, error });
  }

  /** While the watch reports that Consul is gone, its return wakes the loop; any other fault is retried. */
  #conclude(): void {
    const { status } = this.#tools;
    const [first] = this.#postponed;
    if (this.#directory.error !== undefined)
      status.enter('FetchingDirectoryStateFailed', this.#directory.error.message);
    else if (first === undefined) status.enter('Running');
    else {
      status.enter(first.state, messageOf(first.error));
      throw first.error;
    }
  }
}

function again(times: readonly (number | undefined)[]): PassResult {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { againMs: Math.max(100, Math.min(...known)) };
}
