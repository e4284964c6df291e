import { serverOwner } from '../jobs/job-spec.ts';
import { refusalOf, waitsForPlacing } from './admission.ts';
import { advance, enteredAt, lackText, type Failure } from './advance.ts';
import type { BackgroundWork } from './background.ts';
import type { DeployTools, Pass } from './deploy-tools.ts';
import { entered, isEnded, type Deployment, type DeploymentState } from './deployment.ts';
import { failureDetails } from './failure-details.ts';
import type { Observation } from './observe-units.ts';
import { pullKey } from './pass-memory.ts';
import { serviceViews, type ServiceView, type UnderWay } from './service-view.ts';
import { doWork, planPull, type WorkOutcome } from './work.ts';

type Details = Parameters<typeof entered>[3];

/** Brings deployments from state to state. Each is in the store before anything is done for it. */
export class DeploySteps {
  readonly #tools: DeployTools;
  readonly #work: BackgroundWork<WorkOutcome>;
  /** Whether the engine starts the units of a deployment again by now. */
  readonly #isKept: (id: string) => boolean;

  constructor(tools: DeployTools, work: BackgroundWork<WorkOutcome>, isKept: (id: string) => boolean) {
    this.#tools = tools;
    this.#work = work;
    this.#isKept = isKept;
  }

  async advance(view: ServiceView, pass: Pass): Promise<void> {
    const { underWay, next, removal, service } = view;
    for (const { id } of view.outdated) await this.enter(id, 'superseded', pass.now);
    if (underWay === undefined) {
      const waits = next === undefined || removal !== undefined || this.#work.isBusy(service);
      if (!waits) await this.enter(next.id, 'pulling', pass.now);
      return;
    }
    const { state, error } = underWay.deployment;
    if (state === 'pulling' && error === undefined) await this.#pull(underWay, pass);
    else await this.#step(underWay, pass);
  }

  async enter(id: string, state: DeploymentState, now: number, details: Details = {}): Promise<void> {
    const isIn = (deployment: Deployment): boolean => isEnded(deployment) || deployment.state === state;
    await this.#tools.store.changeDeployment(id, (current) =>
      isIn(current) ? current : entered(current, state, now, details),
    );
  }

  /** What was made for it is removed before it counts as failed. */
  async fail({ deployment: { id, service } }: UnderWay, failure: Failure, pass: Pass): Promise<void> {
    const details = await failureDetails(failure, pass.observed, pass.engine);
    this.#tools.warn(`${service}: ${failure.error}`);
    await this.#tools.store.changeDeployment(id, (current) =>
      isEnded(current) || current.error !== undefined ? current : { ...current, ...details },
    );
  }

  async #step(underWay: UnderWay, pass: Pass): Promise<void> {
    const { id, service } = underWay.deployment;
    const step = advance(underWay, {
      ...pass,
      timeoutMs: this.#tools.timeoutMs,
      isKept: pass.observed.kind === 'swarm' || this.#isKept(id),
      isBusy: this.#work.isBusy(service),
    });
    if (step === undefined) return;
    if ('fail' in step) await this.fail(underWay, step.fail, pass);
    else await this.enter(id, step.enter, pass.now);
  }

  async #pull(underWay: UnderWay, pass: Pass): Promise<void> {
    const { deployment, version } = underWay;
    const views = serviceViews(this.#tools.store);
    if (waitsForPlacing(underWay, views, pass.observed)) return;
    const refusal = refusalOf(version, views, pass.observed, this.#tools.publicPort);
    const problem = refusal ?? (await this.#pullProblem(underWay, pass));
    if (problem === 'pulling') return;
    if (problem === undefined) await this.enter(deployment.id, 'starting', pass.now);
    else await this.enter(deployment.id, 'failed', pass.now, { error: problem, ...nodeOf(refusal, pass.observed) });
  }

  /** Undefined: the image can be used. On a Swarm the nodes pull; here, one that cannot be pulled may be there. */
  async #pullProblem({ deployment, version }: UnderWay, pass: Pass): Promise<string | undefined> {
    const { observed, engine, now } = pass;
    if (observed.kind === 'swarm') return undefined;
    const key = pullKey(deployment.id);
    const outcome = this.#work.take(key);
    if (outcome === undefined) {
      if (now >= enteredAt(deployment, 'pulling') + this.#tools.timeoutMs)
        return `${version.image} was not pulled in time`;
      const plan = planPull(serverOwner(this.#tools.server), version.image);
      this.#work.start(key, () => doWork(plan, (each) => this.#tools.apply(each, {})));
      return 'pulling';
    }
    if (outcome.isDone || (await engine.findImage(version.image)) !== undefined) return undefined;
    const why = outcome.refusal?.message ?? 'the engine was away';
    return lackText(observed.facts.hostname, version.image, why);
  }
}

/** A pull fails on a node; a refusal is of all. */
function nodeOf(refusal: string | undefined, { facts }: Observation): Details {
  return refusal === undefined ? { node: facts.hostname } : {};
}
