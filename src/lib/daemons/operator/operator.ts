import type { LockWatcher, NodeDirectory } from '../../directories/node-directory.ts';
import { messageOf } from '../../errors.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import { systemClock, type Clock } from '../clock.ts';
import { DaemonFrame } from '../daemon-frame.ts';
import { EngineSource } from '../engine-source.ts';
import { lockHolder } from '../lock-holder.ts';
import type { Log } from '../log.ts';
import { RunOnce } from '../run-once.ts';
import { StateLog } from '../state-log.ts';
import { NodeAgent } from './agent.ts';
import type { Preview } from './convergence.ts';
import { nodeRoot } from './desired-state.ts';
import { OperatorMetrics } from './metrics.ts';
import { attemptPass, onceCode } from './one-pass.ts';
import { progressLog } from './progress-log.ts';
import { maxOutput, ScriptChecks } from './script-checks.ts';
import type { OperatorSettings } from './settings.ts';
import { Status, type StatusDocument } from './status.ts';
import { TokenWatch } from './token-watch.ts';

export interface OperatorTools {
  readonly settings: OperatorSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: NodeDirectory;
  readonly openEngine: () => Promise<OpenEngine>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** How long a single pass waits for the leader lock, for Consul and for images. */
const onceLimitMs = 10 * 60_000;
/** A script that takes longer is given up. */
const maxScriptMs = 24 * 3_600_000;
const passBackoff = { firstMs: 500, maxMs: 30_000 };
/** Events after which observed and desired state may differ, or after which something may work that failed before. */
const actions = 'create start die destroy pause unpause rename update pull load import tag untag delete'.split(' ');

/** The operator as a daemon: connects its agent, which decides what a pass does, with Consul and the engine. */
export class Operator {
  readonly #tools: OperatorTools;
  readonly #clock: Clock;
  readonly #root: string;
  readonly #status: Status;
  readonly #metrics: OperatorMetrics;
  readonly #engines: EngineSource;
  readonly #checks: ScriptChecks;
  readonly #agent: NodeAgent;
  readonly #frame: DaemonFrame;
  readonly #once: RunOnce;
  readonly #token: TokenWatch;

  constructor(tools: OperatorTools) {
    const { settings, log, clock = systemClock } = tools;
    this.#tools = tools;
    this.#clock = clock;
    this.#root = nodeRoot(settings.prefix, settings.node);
    this.#status = openStatus(settings.node, clock, log);
    this.#metrics = new OperatorMetrics(this.#status);
    this.#engines = new EngineSource(tools.openEngine);
    this.#checks = this.#scriptChecks();
    this.#agent = this.#nodeAgent();
    this.#frame = this.#daemonFrame();
    this.#token = new TokenWatch(tools.directory, clock);
    this.#once = new RunOnce({
      attempt: (signal) => this.#attempt(signal),
      code: onceCode,
      clock,
      backoff: passBackoff,
    });
  }

  get #lock(): string {
    return `${this.#root}operator/lock`;
  }

  get status(): StatusDocument {
    return this.#status.toJSON();
  }

  /** Until the signal aborts. Containers keep running. `onStarted` is called when it listens. */
  async run(signal: AbortSignal, onStarted?: () => void): Promise<void> {
    const { settings, directory, log } = this.#tools;
    const { node, prefix } = settings;
    const pages = await this.#frame.openPages();
    log.info({ node, consul: directory.address, prefix, http: pages?.url }, 'the operator starts');
    onStarted?.();
    try {
      await this.#frame.run(signal, [
        (inside) => this.#watchDirectory(inside),
        (inside) => this.#holdLeaderLock(inside),
        (inside) => this.#token.watch(inside),
      ]);
    } finally {
      await this.#agent.changed();
      this.#checks.close();
      pages?.close();
      log.info('the operator has stopped; containers keep running');
    }
  }

  /** One pass. Rejects when it could not be made; a service that failed is in the status. */
  async once(signal: AbortSignal, limitMs = onceLimitMs): Promise<StatusDocument> {
    const ended = new AbortController();
    const inside = AbortSignal.any([signal, ended.signal]);
    const leaderLock = this.#holdLeaderLock(inside);
    try {
      await this.#once.run(inside, limitMs);
      return this.status;
    } finally {
      await this.#agent.changed();
      this.#checks.close();
      ended.abort();
      await leaderLock;
    }
  }

  /** What one pass would do. */
  async preview(signal: AbortSignal): Promise<Preview> {
    this.#agent.directoryChanged(await this.#tools.directory.read(this.#root, signal));
    return this.#agent.preview();
  }

  #attempt(signal: AbortSignal): ReturnType<typeof attemptPass> {
    const { directory } = this.#tools;
    const read = (inside: AbortSignal): ReturnType<NodeDirectory['read']> => directory.read(this.#root, inside);
    return attemptPass({ agent: this.#agent, status: this.#status, read }, signal);
  }

  #daemonFrame(): DaemonFrame {
    const { settings, log } = this.#tools;
    return new DaemonFrame({
      agent: this.#agent,
      log,
      clock: this.#clock,
      engines: this.#engines,
      status: this.#status,
      metrics: this.#metrics,
      listen: settings.listen,
      actions,
      backoff: passBackoff,
    });
  }

  #scriptChecks(): ScriptChecks {
    const { directory, log } = this.#tools;
    return new ScriptChecks({
      clock: this.#clock,
      exec: async (container, command, signal) => {
        const { engine } = await this.#engines.get();
        return engine.exec(container, { command, maxOutput }, maxScriptMs, signal);
      },
      report: (id, status, output) => directory.report(id, status, output),
      onFailure: (check, error) => {
        log.debug({ check, error: messageOf(error) }, 'the result of a check could not be reported');
      },
    });
  }

  #nodeAgent(): NodeAgent {
    const { settings, environment, directory, log } = this.#tools;
    return new NodeAgent({
      settings,
      environment,
      directory,
      clock: this.#clock,
      status: this.#status,
      openEngine: () => this.#engines.get(),
      progress: progressLog(log, this.#metrics),
      warn: (text) => {
        log.warn(text);
      },
      wake: (reason, event) => {
        this.#frame.wake(reason, event);
      },
      setChecks: (checks) => {
        this.#checks.set(checks);
      },
    });
  }

  async #watchDirectory(signal: AbortSignal): Promise<void> {
    const { directory, log } = this.#tools;
    for await (const news of directory.watch({ root: this.#root, lock: this.#lock }, signal)) {
      if ('tree' in news) {
        this.#token.answered();
        this.#agent.directoryChanged(news.tree);
      } else {
        this.#token.failed(news.failure);
        log.warn({ error: news.failure.message }, 'Consul does not answer');
        this.#metrics.consulBreaks.inc();
        this.#agent.directoryFailed(news.failure);
      }
    }
  }

  async #holdLeaderLock(signal: AbortSignal): Promise<void> {
    await this.#tools.directory.hold(this.#lock, this.#lockWatcher(), signal);
  }

  #lockWatcher(): LockWatcher {
    const { log } = this.#tools;
    return {
      ...lockHolder('operator'),
      onHeld: () => {
        this.#setLeader(true);
      },
      onOther: (holder) => {
        log.warn({ holder }, 'another operator works on this node: standing by');
        this.#setLeader(false);
      },
      onUnknown: (failure) => {
        log.warn({ error: failure.message }, 'Consul cannot be asked who holds the leader lock');
        this.#agent.leaderUnknown(failure);
      },
    };
  }

  #setLeader(isLeader: boolean): void {
    this.#agent.setLeader(isLeader);
    this.#once.wake();
  }
}

function openStatus(node: string, clock: Clock, log: Log): Status {
  const states = new StateLog(log, ['AttemptingToRecover']);
  return new Status(node, clock, (state, error) => {
    states.entered(state, error);
  });
}
