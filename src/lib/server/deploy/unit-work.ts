import type { ContainerRow, EngineReader } from '../../engine/engine.ts';
import { nothingObserved } from '../../observe/observe.ts';
import type { Plan } from '../../plan/plan.ts';
import { planUnitNetwork } from '../../plan/units/plan-unit-network.ts';
import { unitNetwork } from '../balancer/balancing.ts';
import { serverOwner } from '../jobs/job-spec.ts';
import type { BackgroundWork } from './background.ts';
import type { DeployTools, Pass } from './deploy-tools.ts';
import type { Drains } from './drains.ts';
import type { Observation } from './observe-units.ts';
import { planOrphans } from './orphans.ts';
import { planService } from './plan-service.ts';
import { desiredVersions, serviceViews, type ServiceView } from './service-view.ts';
import { doWork, type Refusal, type WorkOutcome } from './work.ts';

/** Room for a thousand units beside a thousand that leave. */
const networkRange = { range: '10.210.0.0/16', prefix: 20 };

/** Makes, starts, stops and removes units, in the background: one plan of a service at a time. */
export class UnitWork {
  readonly #tools: DeployTools;
  readonly #drains: Drains;
  readonly #work: BackgroundWork<WorkOutcome>;

  constructor(tools: DeployTools, drains: Drains, work: BackgroundWork<WorkOutcome>) {
    this.#tools = tools;
    this.#drains = drains;
    this.#work = work;
  }

  /** Why the units of a service cannot be made; undefined: they are as they are to be, or will be. */
  async begin(view: ServiceView, pass: Pass, isKept: boolean): Promise<Refusal | undefined> {
    if (this.#work.isBusy(view.service)) return undefined;
    const { server, store } = this.#tools;
    const removal = planOrphans(view, pass.orphans, serverOwner(server));
    if (removal !== undefined) {
      this.#start(view, removal, pass.orphans.containers);
      return undefined;
    }
    const context = { ...pass, server, drains: this.#drains, isKept, views: serviceViews(store) };
    const { plan, containers } = await planService(view, context);
    if (plan.operations.length > 0) {
      const problem = desiredVersions(view).length > 0 ? await this.#networkProblem(pass) : undefined;
      if (problem !== undefined) return { subject: '', message: problem };
      this.#start(view, plan, containers);
    }
    return plan.blockers[0];
  }

  #start({ service }: ServiceView, plan: Plan, containers: readonly ContainerRow[]): void {
    const observed = { ...nothingObserved, containers };
    this.#work.start(service, () => doWork(plan, (each) => this.#tools.apply(each, { observed })));
  }

  /** Makes the network of the units where it is missing. */
  async #networkProblem({ engine, observed }: Pass): Promise<string | undefined> {
    const { server, apply } = this.#tools;
    const plan = await planNetwork(engine, server, observed);
    if (plan.blockers.length > 0 || plan.operations.length === 0) return plan.blockers[0]?.message;
    return (await doWork(plan, (each) => apply(each, {}))).refusal?.message;
  }
}

/** The network of a server's units. */
export async function planNetwork(
  engine: Pick<EngineReader, 'listNetworks'>,
  server: string,
  { kind }: Pick<Observation, 'kind'>,
): Promise<Plan> {
  const spec = { name: unitNetwork(server), ...networkRange };
  const driver = kind === 'swarm' ? 'overlay' : 'bridge';
  return planUnitNetwork(serverOwner(server), spec, driver, await engine.listNetworks());
}
