import type { NodeDirectory } from '../../directories/node-directory.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import { DockeropsError, messageOf } from '../../errors.ts';
import type { ProgressEvent } from '../../events.ts';
import type { OpenEngine } from '../../use-cases/open-project.ts';
import { systemClock, type Clock } from '../clock.ts';
import { keepWatching } from '../keep-watching.ts';
import type { Log } from '../log.ts';
import { ReconcileLoop } from '../reconcile-loop.ts';
import { NodeAgent } from './agent.ts';
import type { Preview } from './convergence.ts';
import { EngineSource } from './engine-source.ts';
import { lockHolder } from './lock-holder.ts';
import { isLoopback, OperatorHttp } from './http.ts';
import { Metrics } from './metrics.ts';
import { OnePass } from './one-pass.ts';
import { maxOutput, ScriptChecks } from './script-checks.ts';
import type { OperatorSettings } from './settings.ts';
import { StateLog } from './state-log.ts';
import { Status, type StatusDocument } from './status.ts';
import { nodeRoot } from './desired-state.ts';

export interface OperatorTools {
  readonly settings: OperatorSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: NodeDirectory;
  readonly openEngine: () => Promise<OpenEngine>;
  readonly log: Log;
  readonly clock?: Clock;
}

const resyncMs = 60_000;
/** How long one pass waits for its turn, for Consul and for images. */
const onceLimitMs = 10 * 60_000;
/** A script that never ends is taken for lost then. */
const maxScriptMs = 24 * 3_600_000;
const passBackoff = { firstMs: 500, maxMs: 30_000 };
const streamBackoff = { firstMs: 250, maxMs: 10_000 };
/** Events after which something may be other than wanted, or may work now that did not. */
const telling = [
  'create',
  'start',
  'die',
  'destroy',
  'pause',
  'unpause',
  'rename',
  'update',
  'pull',
  'load',
  'import',
  'tag',
  'untag',
  'delete',
];

/** The operator as a daemon: its watchers, its loop and its pages, put together. What is to be done is the agent's. */
export class Operator {
  readonly #tools: OperatorTools;
  readonly #clock: Clock;
  readonly #status: Status;
  readonly #metrics: Metrics;
  readonly #engines: EngineSource;
  readonly #agent: NodeAgent;
  readonly #onePass: OnePass;
  readonly #loop: ReconcileLoop;
  readonly #checks: ScriptChecks;

  constructor(tools: OperatorTools) {
    const { settings, environment, directory, log, clock = systemClock } = tools;
    this.#tools = tools;
    this.#clock = clock;
    const states = new StateLog(log);
    this.#status = new Status(settings.node, clock, (state, error) => {
      states.say(state, error);
    });
    this.#metrics = new Metrics(this.#status);
    this.#engines = new EngineSource(tools.openEngine);
    this.#checks = new ScriptChecks({
      clock,
      exec: async (container, command, signal) =>
        (await this.#engines.get()).engine.exec(container, { command, maxOutput: maxOutput }, maxScriptMs, signal),
      report: (id, status, output) => directory.report(id, status, output),
      onFailure: (check, error) => {
        log.debug({ check, error: messageOf(error) }, 'the result of a check was not taken');
      },
    });
    this.#loop = new ReconcileLoop({
      clock,
      resyncMs,
      backoff: passBackoff,
      reconcile: (reasons, signal) => this.#pass(reasons, signal),
      onFailure: (error, retryMs) => {
        this.#failed(error, retryMs);
      },
    });
    this.#agent = new NodeAgent({
      settings,
      environment,
      directory,
      clock,
      status: this.#status,
      openEngine: () => this.#engines.get(),
      progress: (event) => {
        this.#tellProgress(event);
      },
      warn: (text) => {
        log.warn(text);
      },
      wake: (reason) => {
        this.#loop.wake(reason);
      },
      setChecks: (checks) => {
        this.#checks.set(checks);
      },
    });
    this.#onePass = new OnePass({
      agent: this.#agent,
      status: this.#status,
      clock: this.#clock,
      backoff: passBackoff,
      read: (signal) => directory.read(this.#root, signal),
    });
  }

  get status(): StatusDocument {
    return this.#status.toJSON();
  }

  /** Until the signal aborts. What runs goes on running. */
  async run(signal: AbortSignal): Promise<void> {
    const { settings, log } = this.#tools;
    const http = await this.#openHttp();
    log.info(
      { node: settings.node, consul: this.#tools.directory.address, prefix: settings.prefix, http: http?.url },
      'the operator begins',
    );
    // One that breaks is a bug, and takes the others with it: half an operator would look like one.
    const broken = new AbortController();
    const inside = AbortSignal.any([signal, broken.signal]);
    const parts = [
      this.#loop.run(inside),
      this.#watchDirectory(inside),
      this.#watchEngine(inside),
      this.#holdTurn(inside),
    ];
    for (const part of parts)
      part.catch(() => {
        broken.abort();
      });
    try {
      const [failure] = (await Promise.allSettled(parts)).filter((result) => result.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
    } finally {
      this.#checks.close();
      http?.close();
      log.info('the operator ends; containers go on running');
    }
  }

  /** One pass, with what it needs before and after: a turn, images. Rejects when it cannot be made. */
  async once(signal: AbortSignal, limitMs = onceLimitMs): Promise<StatusDocument> {
    const ended = new AbortController();
    const inside = AbortSignal.any([signal, ended.signal]);
    const leaderLock = this.#holdTurn(inside);
    try {
      await this.#onePass.run(inside, limitMs);
      return this.status;
    } finally {
      this.#checks.close();
      ended.abort();
      await leaderLock;
    }
  }

  /** What one pass would do. */
  async preview(signal: AbortSignal): Promise<Preview> {
    this.#agent.directorySays(await this.#tools.directory.read(this.#root, signal));
    return this.#agent.preview();
  }

  get #root(): string {
    return nodeRoot(this.#tools.settings.prefix, this.#tools.settings.node);
  }

  async #openHttp(): Promise<{ readonly url: string; readonly close: () => void } | undefined> {
    const { listen } = this.#tools.settings;
    if (listen === undefined) return undefined;
    if (!isLoopback(listen.host))
      this.#tools.log.warn(
        { listen: listen.host },
        'the pages of --listen are open to whoever reaches this address: they ask for no password',
      );
    const http = new OperatorHttp(this.#status, this.#metrics);
    return {
      url: await http.listen(listen.host, listen.port),
      close: () => {
        http.close();
      },
    };
  }

  async #watchDirectory(signal: AbortSignal): Promise<void> {
    for await (const news of this.#tools.directory.watch(this.#root, signal)) {
      if ('tree' in news) this.#agent.directorySays(news.tree);
      else {
        this.#tools.log.warn({ error: news.failure.message }, 'Consul does not answer');
        this.#metrics.consulBreaks.inc();
        this.#agent.directoryFails(news.failure);
      }
    }
  }

  async #watchEngine(signal: AbortSignal): Promise<void> {
    const engines = this.#engines;
    await keepWatching(
      {
        clock: this.#clock,
        backoff: streamBackoff,
        open: async function* (inside) {
          yield* (await engines.get()).engine.events({}, inside, telling);
        },
        onItem: (event) => {
          this.#onEvent(event);
        },
        onBreak: (error, retryMs) => {
          this.#tools.log.warn({ error: messageOf(error), retryMs }, 'the engine does not answer');
          this.#metrics.engineBreaks.inc();
          engines.failed(error);
          this.#loop.wake('engine fails');
        },
      },
      signal,
    );
  }

  #onEvent(event: EngineEvent): void {
    if (this.#agent.isConcernedBy(event)) this.#loop.wake(`${event.type} ${event.action}`);
  }

  async #holdTurn(signal: AbortSignal): Promise<void> {
    const { directory, log } = this.#tools;
    await directory.hold(
      `${this.#root}operator/lock`,
      {
        ...(await lockHolder()),
        onHeld: () => {
          this.#setLeader(true);
        },
        onOther: (holder) => {
          log.warn({ holder }, 'another operator works on this node: standing by');
          this.#setLeader(false);
        },
        onUnknown: (failure) => {
          log.warn({ error: failure.message }, "Consul cannot be asked for this operator's turn");
          this.#agent.turnFails(failure);
        },
      },
      signal,
    );
  }

  #setLeader(isLeader: boolean): void {
    this.#agent.setLeader(isLeader);
    this.#onePass.wake();
  }

  async #pass(reasons: readonly string[], signal: AbortSignal): Promise<{ readonly againMs?: number }> {
    this.#tools.log.debug({ reasons }, 'pass');
    const end = this.#metrics.passSeconds.startTimer();
    try {
      const result = await this.#agent.pass(signal);
      this.#metrics.passes.inc({ result: 'done' });
      return result;
    } catch (error) {
      this.#metrics.passes.inc({ result: 'failed' });
      throw error;
    } finally {
      end();
    }
  }

  #failed(error: unknown, retryMs: number): void {
    this.#engines.failed(error);
    // Anything that is not ours is a bug, and its stack is what helps.
    const detail = error instanceof DockeropsError ? { error: error.message, code: error.code } : { err: error };
    this.#tools.log.error({ ...detail, retryMs }, 'a pass failed');
  }

  #tellProgress(event: ProgressEvent): void {
    const { log } = this.#tools;
    if (event.type === 'warning') log.warn(event.text);
    if (event.type === 'notice') log.info(event.text);
    if (event.type !== 'operation' || (event.state !== 'done' && event.state !== 'failed')) return;
    const [kind = ''] = event.operation.split(' ');
    this.#metrics.operations.inc({ kind, result: event.state });
    if (event.state === 'failed') log.error({ operation: event.operation, error: event.text }, 'failed');
    else log[kind === 'lock' || kind === 'unlock' ? 'debug' : 'info']({ operation: event.operation }, event.text);
  }
}
