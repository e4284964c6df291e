import { label } from '../../labels.ts';
import type { Clock } from '../../daemons/clock.ts';
import type { EngineReader } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import type { ApplyOutcome } from '../../apply/executor.ts';
import type { ApplyContext } from '../../apply/context.ts';
import { isLabelledAs } from '../../plan/ownership.ts';
import type { Plan } from '../../plan/plan.ts';
import { planServices, type FoundService } from '../../plan/swarm/plan-services.ts';
import type { JobStore } from '../store/job-store.ts';
import { DoubtfulServices } from './doubtful-services.ts';
import { whenDue } from './due-runs.ts';
import { isOver, maxUnfinished, type Job, type Run } from './job.ts';
import { attemptLabel, jobSpec, serverLabels, serverOwner } from './job-spec.ts';
import { findServices, observeTasks } from './observe-runs.ts';
import { isOutage, isRemoved, staleCreations } from './outcomes.ts';
import { pauseFor } from './pauses.ts';
import { failed, stepRun, withoutService } from './run-steps.ts';
import { StartingServices } from './starting-services.ts';

export interface JobPassTools {
  readonly store: JobStore;
  /** Name of the server. */
  readonly server: string;
  readonly jobsOn: 'worker' | 'any';
  /** How long what has ended is kept, in milliseconds. */
  readonly keptMs: number;
  readonly clock: Pick<Clock, 'date'>;
  readonly apply: (plan: Plan, context: Pick<ApplyContext, 'registryLogin' | 'onService'>) => Promise<ApplyOutcome>;
  readonly warn: (text: string) => void;
}

type Reader = Pick<EngineReader, 'listNodes' | 'listTasks' | 'findSwarmService'>;
type Open = readonly (readonly [Job, Run])[];

const minPauseMs = 100;
const scheduleRetryMs = 60_000;

/**
 * Brings the runs of the store and the services of the Swarm together. The store is written first: a run is in it
 * before its service is created, so that a server that was killed finds again what it had begun.
 */
export class JobPass {
  readonly #tools: JobPassTools;
  readonly #doubtful: DoubtfulServices;
  readonly #starting = new StartingServices();

  constructor(tools: JobPassTools) {
    this.#tools = tools;
    this.#doubtful = new DoubtfulServices(
      tools.store.openRuns().map(([, run]) => run),
      tools.clock.date(),
    );
  }

  /** One pass. Rejects when the Swarm cannot be asked or changed. */
  async run(engine: Reader): Promise<{ readonly againMs?: number }> {
    const { store } = this.#tools;
    await this.#startDue();
    const nodes = await engine.listNodes();
    await this.#observe(engine, nodes);
    const found = await this.#adopt(engine, store.openRuns());
    await this.#apply(store.openRuns(), found);
    return this.#pause();
  }

  async #startDue(): Promise<void> {
    const { store, clock, keptMs } = this.#tools;
    const now = clock.date();
    for (const job of store.dueJobs(now)) await this.#startJob(job, now);
    await store.expire(now - keptMs, now);
  }

  /** A schedule whose run cannot be recorded waits, so that it does not keep others from running. */
  async #startJob({ id, ...job }: Job, now: number): Promise<void> {
    const { store, warn } = this.#tools;
    const isNameTaken = (name: string): boolean => store.isNameTaken(name);
    try {
      await store.startDue(id, (found) => {
        const hasRoom = store.countUnfinished() < maxUnfinished;
        return whenDue({ ...found, isNameTaken, isBeside: store.hasUnfinishedRun(id), hasRoom }, now);
      });
    } catch (error) {
      await store.save([], [{ ...job, id, dueAt: now + scheduleRetryMs }]);
      warn(`${job.request.name}: its schedule could not start a run: ${messageOf(error)}`);
    }
  }

  async #observe(engine: Reader, nodes: Awaited<ReturnType<Reader['listNodes']>>): Promise<void> {
    const { store, server, jobsOn, clock } = this.#tools;
    const live = store
      .openRuns()
      .map(([, run]) => run)
      .filter((run) => !isOver(run) && run.unwanted === undefined);
    const tasks = await observeTasks(engine, server, live);
    const context = { nodes, jobsOn, now: clock.date() };
    await store.change(live, (run, job) => stepRun(job, run, tasks.get(run.serviceId ?? ''), context));
  }

  /** Finds the services of doubtful runs; those that are of the same attempt are theirs. */
  async #adopt(engine: Reader, open: Open): Promise<ReadonlyMap<string, FoundService>> {
    const { store, server } = this.#tools;
    const doubtful = open.map(([, run]) => run).filter((run) => run.serviceId === undefined && this.#doubtful.has(run));
    const found = await findServices(engine, doubtful);
    const own = doubtful.filter((run) => {
      const service = found.get(run.service);
      return service !== undefined && isOurs(service, server) && service.labels[label.job] === attemptLabel(run);
    });
    await store.change(own, (run) => ({ ...run, serviceId: found.get(run.service)?.id ?? '' }));
    for (const run of own) this.#doubtful.settled(run);
    return found;
  }

  async #apply(open: Open, found: ReadonlyMap<string, FoundService>): Promise<void> {
    const { server, jobsOn, clock, store } = this.#tools;
    const now = clock.date();
    const room = this.#starting.room(
      open.map(([, run]) => run),
      now,
    );
    const missing = open.filter(([, run]) => isMissing(run, now)).slice(0, room);
    const unwanted = open.map(([, run]) => run).filter((run) => run.unwanted !== undefined);
    await this.#forget(unwanted.filter((run) => run.serviceId === undefined && !this.#doubtful.mayCome(run, now)));
    const earlier = missing.flatMap(([, run]) => found.get(run.service) ?? []).filter((one) => isOurs(one, server));
    const plan = planServices(serverOwner(server), {
      desired: missing.map(([job, run]) => {
        const service = found.get(run.service);
        return { spec: jobSpec(job.request, run, jobsOn), ...(service === undefined ? {} : { found: service }) };
      }),
      unwanted: [
        ...unwanted.flatMap((run) => removalOf(run, server)),
        ...earlier.map((service) => ({ found: service, cause: 'it is of an earlier attempt' })),
      ],
    });
    const byService = new Map(open.map(([, run]) => [run.service, run]));
    for (const { subject, message } of plan.blockers) await this.#fail(byService.get(subject), message);
    if (plan.operations.length === 0) return;
    const created = new Map<string, string>();
    const logins = new Map(missing.map(([job, run]) => [run.service, job.id]));
    const outcome = await this.#tools.apply(plan, {
      registryLogin: (key) => store.login(logins.get(key) ?? ''),
      onService: (key, id) => created.set(key, id),
    });
    await this.#record(plan, outcome, created, byService);
  }

  async #record(
    plan: Plan,
    outcome: ApplyOutcome,
    created: ReadonlyMap<string, string>,
    byService: ReadonlyMap<string, Run>,
  ): Promise<void> {
    const runOf = (subject: string): readonly Run[] => {
      const run = byService.get(subject);
      return run === undefined ? [] : [run];
    };
    const made = [...created.keys()].flatMap(runOf);
    await this.#tools.store.change(made, (run) => ({ ...run, serviceId: created.get(run.service) ?? '' }));
    for (const run of made) {
      this.#doubtful.settled(run);
      this.#starting.add(run, this.#tools.clock.date());
    }
    const removed = plan.operations.filter((operation) => isRemoved(operation, outcome));
    await this.#forget(removed.flatMap(({ subject }) => runOf(subject)));
    for (const { operation, error } of outcome.failures)
      if (operation.kind === 'create-swarm-service') await this.#notCreated(byService.get(operation.subject), error);
    for (const { subject } of staleCreations(plan, outcome)) this.#doubt(byService.get(subject));
    const outage = outcome.failures.find(({ error }) => isOutage(error));
    if (outage !== undefined) throw outage.error;
  }

  async #notCreated(run: Run | undefined, error: Error): Promise<void> {
    if (run === undefined) return;
    this.#doubt(run);
    if (!isOutage(error) && this.#doubtful.refused(run)) await this.#fail(run, error.message);
  }

  #doubt(run: Run | undefined): void {
    if (run !== undefined) this.#doubtful.add(run, this.#tools.clock.date());
  }

  async #fail(run: Run | undefined, reason: string): Promise<void> {
    if (run === undefined) return;
    const now = this.#tools.clock.date();
    await this.#tools.store.change([run], (current) =>
      isOver(current) ? current : { ...failed(current, reason, now), isGone: true },
    );
    this.#doubtful.settled(run);
    this.#tools.warn(`${run.service}: ${reason}`);
  }

  async #forget(runs: readonly Run[]): Promise<void> {
    await this.#tools.store.change(runs, withoutService);
    for (const run of runs) this.#doubtful.settled(run);
  }

  #pause(): { readonly againMs?: number } {
    const { store, clock, keptMs } = this.#tools;
    const now = clock.date();
    const times = [store.nextDue(), store.nextExpiry(keptMs)].filter((time) => time !== undefined);
    const pauses = times.map((time) => Math.max(minPauseMs, time - now));
    const shortest = Math.min(...pauses, pauseFor(store.openRuns(), now) ?? Infinity);
    return shortest === Infinity ? {} : { againMs: shortest };
  }
}

/** Whether its service is to be created now. */
function isMissing(run: Run, now: number): boolean {
  return !isOver(run) && run.serviceId === undefined && run.unwanted === undefined && run.notBefore <= now;
}

function isOurs({ labels }: FoundService, server: string): boolean {
  return isLabelledAs(serverOwner(server), labels);
}

/** Its id is in the store only because this server created it. */
function removalOf(
  { service, serviceId, unwanted }: Run,
  server: string,
): readonly { readonly found: FoundService; readonly cause: string }[] {
  if (serviceId === undefined || unwanted === undefined) return [];
  return [{ found: { id: serviceId, name: service, labels: serverLabels(server) }, cause: unwanted }];
}
