import type { ContainerRow } from '../../engine/engine.ts';
import { nothingObserved } from '../../observe/observe.ts';
import type { Plan } from '../../plan/plan.ts';
import type { FoundService } from '../../plan/swarm/plan-services.ts';
import { planUnitNetwork } from '../../plan/units/plan-unit-network.ts';
import { unitNetwork } from '../balancer/balancing.ts';
import { serverOwner } from '../jobs/job-spec.ts';
import { placedServices } from './admission.ts';
import type { BackgroundWork } from './background.ts';
import type { DeployTools, Pass } from './deploy-tools.ts';
import type { Drains } from './drains.ts';
import { enginePlan } from './engine-plan.ts';
import { desiredVersions, serviceViews, type ServiceView } from './service-view.ts';
import { missingVersions, swarmPlan } from './swarm-plan.ts';
import { versionName } from './unit.ts';
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
    const { plan, containers } = await this.#plan(view, pass, isKept);
    const [blocker] = plan.blockers;
    if (plan.operations.length > 0) {
      const problem = desiredVersions(view).length > 0 ? await this.#networkProblem(pass) : undefined;
      if (problem !== undefined) return { subject: '', message: problem };
      const observed = { ...nothingObserved, containers };
      this.#work.start(view.service, () => doWork(plan, (each) => this.#tools.apply(each, { observed })));
    }
    return blocker;
  }

  /** Without a plan where nothing is missing: then nobody else's containers or services matter. */
  async #plan(
    view: ServiceView,
    { engine, observed, now }: Pass,
    isKept: boolean,
  ): Promise<{ readonly plan: Plan; readonly containers: readonly ContainerRow[] }> {
    const owner = serverOwner(this.#tools.server);
    if (observed.kind === 'engine') {
      const common = { owner, observed, drains: this.#drains, now, isKept };
      const first = enginePlan(view, { ...common, containers: [] });
      const isMaking = first.operations.some(({ kind }) => kind === 'create-container');
      const containers = isMaking ? await engine.listContainers({ all: true }) : [...observed.containers.values()];
      return { plan: isMaking ? enginePlan(view, { ...common, containers }) : first, containers };
    }
    const found = new Map<string, FoundService>();
    for (const version of missingVersions(view, observed)) {
      const other = await engine.findSwarmService(versionName(version));
      if (other !== undefined) found.set(other.name, other);
    }
    const placed = placedServices(serviceViews(this.#tools.store));
    return { plan: swarmPlan(view, { owner, observed, placed, found }), containers: [] };
  }

  /** Makes the network of the units where it is missing. */
  async #networkProblem({ engine, observed }: Pass): Promise<string | undefined> {
    const { server } = this.#tools;
    const spec = { name: unitNetwork(server), ...networkRange };
    const driver = observed.kind === 'swarm' ? 'overlay' : 'bridge';
    const plan = planUnitNetwork(serverOwner(server), spec, driver, await engine.listNetworks());
    if (plan.blockers.length > 0 || plan.operations.length === 0) return plan.blockers[0]?.message;
    const { refusal } = await doWork(plan, (each) => this.#tools.apply(each, {}));
    return refusal?.message;
  }
}
