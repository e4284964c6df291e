import type { Operation } from '../../plan/operation.ts';
import type { ServiceVersion } from '../services/service.ts';
import { refusalOf } from './admission.ts';
import type { DeployStore } from './deploy-store.ts';
import type { DeployReader } from './deploy-tools.ts';
import type { DeploymentState } from './deployment.ts';
import { Drains } from './drains.ts';
import { observeUnits } from './observe-units.ts';
import { planOrphans, splitOrphans } from './orphans.ts';
import { planService } from './plan-service.ts';
import { RunningTimes } from './running-times.ts';
import { routesOf } from './service-routes.ts';
import { serviceViews, type ServiceView } from './service-view.ts';
import { planNetwork } from './unit-work.ts';
import { planPull } from './work.ts';
import { serverOwner } from '../jobs/job-spec.ts';

export interface PreviewTools {
  readonly store: DeployStore;
  readonly server: string;
  readonly publicPort: number;
  readonly now: () => number;
}

/** What a deploy would do if it were asked for now, by the planners of a deploy. Nothing is applied. */
export async function previewDeploy(
  version: ServiceVersion,
  engine: DeployReader,
  { store, server, publicPort, now: clock }: PreviewTools,
): Promise<object> {
  const now = clock();
  const all = await observeUnits(engine, server, new RunningTimes(0), now);
  const { observed, orphans } = splitOrphans(all, store);
  const views = serviceViews(store);
  const drains = new Drains();
  const own = observed.units.filter(({ service }) => service === version.service).map(({ name }) => name);
  drains.observe(new Map(own.map((name) => [name, now])), now);
  drains.drained(own, new Map());
  const context = { engine, observed, orphans, now, server, drains, isKept: true, views };
  const first = viewIn('starting', version, views);
  const orphaned = planOrphans(first, orphans, serverOwner(server))?.operations ?? [];
  const starting = await planService(first, context);
  const draining = await planService(viewIn('draining', version, views), context);
  const network = await planNetwork(engine, server, observed);
  const pull = observed.kind === 'engine' ? planPull(serverOwner(server), version.image).operations : [];
  const removals = draining.plan.operations.filter(
    ({ kind }) => kind.startsWith('stop-') || kind.startsWith('remove-'),
  );
  const refusal = refusalOf(version, views, observed, publicPort);
  const blockers = [...network.blockers, ...starting.plan.blockers].map(({ message }) => message);
  return {
    service: version.service,
    version: version.version,
    image: version.image,
    operations: [...network.operations, ...pull, ...orphaned, ...starting.plan.operations, ...removals].map(shown),
    routes: routesOf(version.service, version.config, publicPort).map(({ service: _service, ...route }) => route),
    blockers: [...(refusal === undefined ? [] : [refusal]), ...blockers],
  };
}

/** The service as it would be with this deployment in a state. */
function viewIn(state: DeploymentState, version: ServiceVersion, views: readonly ServiceView[]): ServiceView {
  const { service, createdAt } = version;
  const deployment = { id: '', service, version: version.version, state, phases: [], createdAt };
  const running = views.find((view) => view.service === service)?.running;
  return { service, outdated: [], underWay: { deployment, version }, ...(running && { running }) };
}

function shown({ id, kind, subject, cause }: Operation): object {
  return { id, kind, subject, cause };
}
