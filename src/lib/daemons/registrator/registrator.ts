import { DirectoryError } from '../../directories/directory-errors.ts';
import type { KeySpace } from '../../directories/key-space.ts';
import { Interrupted, messageOf } from '../../errors.ts';
import { closePolicies } from '../../policies/load-policies.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import { systemClock, type Clock } from '../clock.ts';
import { DaemonFrame } from '../daemon-frame.ts';
import { EngineSource } from '../engine-source.ts';
import { errorFields, type Log } from '../log.ts';
import { replaced } from '../reloading.ts';
import { RunOnce, type Attempt } from '../run-once.ts';
import { StateLog } from '../state-log.ts';
import { RegistratorAgent, type Preview } from './agent.ts';
import type { PolicySet } from './agent-tools.ts';
import type { PolicyRun } from './configurations.ts';
import { DirectoryLink } from './directory-link.ts';
import { RegistratorMetrics } from './metrics.ts';
import type { RegistratorSettings } from './settings.ts';
import { Status, type StatusDocument } from './status.ts';

export interface RegistratorTools {
  readonly settings: RegistratorSettings;
  readonly set: PolicySet;
  /** Reads policies and configurations again; `before` stays in use where the new ones are wrong. */
  readonly reload: (before: PolicySet) => Promise<PolicySet>;
  readonly keys: KeySpace;
  readonly openEngine: () => Promise<OpenEngine>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** How long a single pass waits for its turn, for etcd and for the engine. */
const onceLimitMs = 10 * 60_000;
const onceCode = 'REGISTRATOR_ONCE';
const passBackoff = { firstMs: 250, maxMs: 5000 };
/** A pass in which little has changed costs a list of containers. */
const settle = { quietMs: 10, maxMs: 250 };
const withdrawLimitMs = 10_000;
const nameLength = 12;
const nameRetryMs = 500;
/** Events after which a policy may answer something else. */
const actions = 'create start die destroy rename update kill health_status connect disconnect pause unpause'.split(' ');

/** The registrator as a daemon: connects its agent, which decides what a pass does, with etcd and the engine. */
export class Registrator {
  readonly #tools: RegistratorTools;
  readonly #clock: Clock;
  readonly #status: Status;
  readonly #metrics: RegistratorMetrics;
  readonly #engines: EngineSource;
  readonly #link: DirectoryLink;
  readonly #agent: RegistratorAgent;
  readonly #frame: DaemonFrame;
  readonly #once: RunOnce;
  #set: PolicySet;
  /** Then a directory that does not answer is no fault. */
  #isPreview = false;

  constructor(tools: RegistratorTools) {
    const { log, clock = systemClock } = tools;
    this.#tools = tools;
    this.#set = tools.set;
    this.#clock = clock;
    const states = new StateLog(log);
    this.#status = new Status(clock, (state, error) => {
      states.entered(state, error);
    });
    this.#link = this.#openLink();
    this.#status.lease = () => this.#link.leaseStatus;
    this.#metrics = new RegistratorMetrics(this.#status);
    this.#engines = new EngineSource(tools.openEngine);
    this.#agent = this.#openAgent();
    this.#frame = this.#daemonFrame();
    this.#once = new RunOnce({
      attempt: (signal) => this.#attempt(signal),
      code: onceCode,
      clock,
      backoff: passBackoff,
    });
  }

  get status(): StatusDocument {
    return this.#status.toJSON();
  }

  /** What it runs. */
  get runs(): readonly PolicyRun[] {
    return this.#set.configurations.runs;
  }

  /**
   * Until the signal aborts. Keys stay until the lease ends, unless they are withdrawn or another registrator of this
   * process takes them over. `onStarted` is called when it listens.
   */
  async run(signal: AbortSignal, onStarted?: () => void): Promise<void> {
    const { keys, log } = this.#tools;
    const pages = await this.#frame.openPages();
    log.info(
      { directory: keys.name, policies: this.#set.policies.map(({ name }) => name), http: pages?.url },
      'the registrator starts',
    );
    onStarted?.();
    this.#link.follow(this.#set);
    try {
      await this.#frame.run(signal, [(inside) => this.#holdLease(inside)]);
      if (signal.reason !== replaced) await this.#end();
    } finally {
      await this.#close();
      pages?.close();
    }
  }

  /** One pass. Rejects when it could not be made; a policy that failed is in the status. */
  async once(signal: AbortSignal, limitMs = onceLimitMs): Promise<StatusDocument> {
    const ended = new AbortController();
    const inside = AbortSignal.any([signal, ended.signal]);
    this.#link.follow(this.#set);
    const lease = this.#holdLease(inside);
    try {
      await this.#once.run(inside, limitMs);
      return this.status;
    } finally {
      ended.abort();
      await lease;
      if (this.#tools.settings.ttlSeconds === 0) await this.#link.revokeLease();
      await this.#close();
    }
  }

  /** What one pass would write. */
  async preview(signal: AbortSignal): Promise<Preview> {
    this.#isPreview = true;
    this.#link.follow(this.#set);
    try {
      await this.#findName();
      const unread = await this.#unreadConfigurations(signal);
      const preview = await this.#agent.preview(signal);
      return { ...preview, notices: [...unread, ...preview.notices] };
    } finally {
      await this.#close();
    }
  }

  /** Reads policies and configurations again. What is wrong is logged, and everything stays as it was. */
  async reload(): Promise<void> {
    const { log, reload } = this.#tools;
    try {
      const before = this.#set;
      const set = await reload(before);
      this.#set = set;
      this.#link.follow(set);
      this.#agent.policies = set;
      await closePolicies(before.policies);
      log.info({ policies: set.policies.map(({ name }) => name) }, 'policies and configurations were read again');
    } catch (error) {
      log.error(errorFields(error), 'policies and configurations stay as they were, because they could not be read');
    }
  }

  /** Why those in the directory are not known. */
  async #unreadConfigurations(signal: AbortSignal): Promise<readonly string[]> {
    try {
      await this.#link.currentConfigurations(signal);
      return [];
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      return [`keys of policies whose configurations are in the directory are missing here: ${error.message}`];
    }
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
      settle,
    });
  }

  #openLink(): DirectoryLink {
    const { keys, settings, set, log } = this.#tools;
    const changed = (reason: string): void => {
      this.#frame.wake(reason);
      this.#once.wake();
    };
    return new DirectoryLink({
      keys,
      settings,
      set,
      log,
      clock: this.#clock,
      onChange: changed,
      onBreak: (error) => {
        if (this.#isPreview) return;
        log.warn({ error: messageOf(error) }, 'the directory of keys does not answer');
        this.#metrics.etcdBreaks.inc();
        this.#frame.wake('directory failed');
      },
      onLease: (lease) => {
        this.#agent.lease = lease;
        if (lease !== undefined && lease !== 'other') this.#once.wake();
      },
      onLeaseUnknown: (error) => {
        this.#agent.leaseUnknown(error);
      },
    });
  }

  #openAgent(): RegistratorAgent {
    const { settings, log, keys, set } = this.#tools;
    return new RegistratorAgent(
      {
        settings,
        directory: this.#link.state,
        clock: this.#clock,
        status: this.#status,
        limits: keys.limits,
        openEngine: () => this.#engines.get(),
        progress: () => {},
        warn: (text) => {
          log.warn(text);
        },
        onFault: (fault) => {
          this.#metrics.policyErrors.inc({ policy: fault.policy });
          log.error(fault, 'a policy failed for a container');
        },
        wake: (reason, event) => {
          this.#frame.wake(reason, event);
        },
        checkLease: () => {
          this.#link.checkLease();
        },
      },
      set,
    );
  }

  async #attempt(signal: AbortSignal): Promise<Attempt> {
    try {
      await this.#link.currentConfigurations(signal);
      if ((await this.#agent.pass(signal)).isSettled) return 'done';
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      this.#engines.failed(error);
      return { waitsFor: messageOf(error) };
    }
    return { waitsFor: waitsFor(this.status) };
  }

  async #holdLease(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!(await this.#findName()) && !isOver()) await this.#clock.sleep(nameRetryMs, signal);
    if (!isOver()) await this.#link.holdLease(this.#status.name, signal);
  }

  /** False: the engine, whose id is the usual name, does not answer. */
  async #findName(): Promise<boolean> {
    const { name } = this.#tools.settings;
    try {
      this.#status.name = name ?? (await (await this.#engines.get()).engine.facts()).id.slice(0, nameLength);
      return true;
    } catch (error) {
      this.#engines.failed(error);
      return false;
    }
  }

  async #end(): Promise<void> {
    const { log, settings } = this.#tools;
    if (!settings.withdraw) return log.info('the registrator has stopped; its keys stay until its lease ends');
    try {
      await this.#agent.withdraw(AbortSignal.timeout(withdrawLimitMs));
      await this.#link.revokeLease();
      log.info('the registrator has stopped; all its keys were withdrawn');
    } catch (error) {
      log.error(errorFields(error), 'keys could not be withdrawn; they stay until the lease ends');
    }
  }

  async #close(): Promise<void> {
    this.#link.close();
    await closePolicies(this.#set.policies);
  }
}

function waitsFor({ state, lastError }: StatusDocument): string {
  if (state === 'StandingBy') return 'another registrator has this name';
  return lastError?.state === state ? lastError.message : `it is still in the state ${state}`;
}
