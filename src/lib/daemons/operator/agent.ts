import type { Tree } from '../../directories/node-directory.ts';
import { watching, type EngineEvent } from '../../engine/engine.ts';
import { Interrupted, messageOf } from '../../errors.ts';
import { label } from '../../labels.ts';
import { nothingObserved } from '../../observe/observe.ts';
import type { AgentTools } from './agent-tools.ts';
import { Convergence, type Preview } from './convergence.ts';
import { DirectoryMemory } from './directory-memory.ts';
import { applyNode } from './normalize.ts';
import { Notices } from './notices.ts';
import { planMetadata } from '../../plan/node/plan-metadata.ts';
import type { StateName } from './status.ts';
import { LeaderLock } from './leader-lock.ts';
import type { DesiredState } from './desired-state.ts';

interface Again {
  readonly againMs?: number;
}

/**
 * One node. Each pass compares all that is wanted with all that is, and mends the difference through a plan; between passes it keeps only
 * what the directory said last, what failed and when, and facts that never change. Whoever sees a change calls for a pass.
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

  /** What the directory says now. */
  directorySays(tree: Tree): void {
    this.#directory.says(tree);
    this.#tools.wake('directory');
  }

  directoryFails(error: Error): void {
    this.#directory.fails(error);
    this.#tools.wake('directory fails');
  }

  setLeader(isLeader: boolean): void {
    if (this.#leaderLock.is(isLeader)) this.#tools.wake(isLeader ? 'our turn' : 'turn lost');
  }

  /** Nobody can say whose turn it is. */
  turnFails(error: Error): void {
    this.#leaderLock.fails(error);
    if (!this.#leaderLock.isOurs) this.#tools.wake('turn unknown');
  }

  /**
   * Whether something that happened on the engine may make a difference. What others do there does not, unless it gives a name or a
   * port back that a service waits for.
   */
  isConcernedBy(event: EngineEvent): boolean {
    const { type, labels } = event;
    if (type === watching.type) return true;
    if (type === 'container' && labels[label.node] === this.#tools.settings.node)
      return labels[label.kind] === 'instance';
    return this.#convergence.services.isConcernedBy(event);
  }

  /** Images are under way, without which not all is as wanted. */
  get isPulling(): boolean {
    return this.#convergence.pulls.isBusy;
  }

  /** Returns when none is any more. */
  async pulled(): Promise<void> {
    await this.#convergence.pulls.idle();
  }

  /** One comparison of all with all. Rejects when it could not be made; a service that fails is in the status. */
  async pass(signal: AbortSignal): Promise<Again> {
    const { status } = this.#tools;
    if (status.hasFailed) status.enter('AttemptingToRecover');
    if (!this.#directory.wasHeard) return this.#boot(signal);
    if (!this.#leaderLock.isOurs) return this.#standBy();
    this.#postponed = [];
    if (this.#directory.error === undefined)
      await this.#postMetadata(signal).catch((error: unknown) => {
        this.#postpone('PostingMetadataFailed', error);
      });
    if (status.state === 'Initial' || status.state === 'Booting') status.enter('Booted');
    await this.#normalize(signal);
    this.#conclude();
    return again([...this.#convergence.nextMs(), this.#directory.leftMs]);
  }

  /** What a pass would do, and nothing of it done. */
  async preview(): Promise<Preview> {
    return this.#convergence.preview(this.#directory.wanted());
  }

  /** Consul may be one of our own services, and then nobody else starts it. */
  async #boot(signal: AbortSignal): Promise<Again> {
    const { status, settings } = this.#tools;
    const { error } = this.#directory;
    if (error === undefined) {
      status.enter('Booting');
      return {};
    }
    const consul = settings.services.filter(({ name }) => name === 'consul');
    if (consul.length > 0)
      await status.during('ConsulFailed', () =>
        this.#convergence.run({ services: consul, unread: new Map(), notices: [], metadata: new Map() }, false, signal),
      );
    status.enter('ConsulFailed', error.message);
    return again(this.#convergence.nextMs());
  }

  #standBy(): Again {
    this.#convergence.services.stopChecks();
    this.#tools.status.enter(...this.#leaderLock.state);
    return {};
  }

  async #postMetadata(signal: AbortSignal): Promise<void> {
    const { settings, openEngine, progress, directory } = this.#tools;
    const plan = planMetadata(settings.node, this.#directory.root, settings.metadata, this.#directory.metadata());
    if (plan.operations.length === 0) return;
    await applyNode(plan, nothingObserved, await openEngine(), { progress, signal, catalog: directory });
  }

  async #normalize(signal: AbortSignal): Promise<void> {
    this.#directory.forgetLost();
    const wanted = await this.#tools.status.during('MergingStateFailed', async () => this.#directory.wanted());
    this.#tell(wanted);
    await this.#convergence.run(wanted, true, signal);
    this.#tell(wanted);
  }

  #tell({ notices }: DesiredState): void {
    const all = [...notices, ...this.#directory.notices()];
    this.#notices.tell(all);
    this.#tools.status.notices = all;
  }

  /** A fault of the directory is no reason to leave containers alone: it is told, and thrown, at the end of the pass. */
  #postpone(state: StateName, error: unknown): void {
    if (error instanceof Interrupted) throw error;
    this.#postponed.push({ state, error });
  }

  /** While the watch says that Consul is gone, its return is what calls for the next pass; any other fault is tried again. */
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

function again(times: readonly (number | undefined)[]): Again {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { againMs: Math.max(100, Math.min(...known)) };
}
