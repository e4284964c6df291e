import type { InstanceSpec, Owner } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import { instanceLabels } from '../instance/instance-labels.ts';
import type { ImageChoice } from '../operation-parts.ts';
import type { Plan } from '../plan.ts';
import { isLabelledAs } from '../ownership.ts';
import { expectedOf, removeContainer } from '../remove.ts';

/** A unit of a server's service that is to be a container of the local engine. */
export interface DesiredUnit {
  readonly spec: InstanceSpec;
  readonly image: ImageChoice;
  /** Until it is kept, the engine does not start it again, so that its end is seen. */
  readonly isTrial: boolean;
}

export interface UnitsRequest {
  readonly missing: readonly DesiredUnit[];
  /** Containers that do not run and are to, with the reason. */
  readonly stopped: readonly { readonly container: ObservedContainer; readonly cause: string }[];
  /** On trial until now: from now on the engine starts them again. */
  readonly kept: readonly ObservedContainer[];
  readonly unwanted: readonly { readonly container: ObservedContainer; readonly cause: string }[];
  /** All containers of the engine that have one of the names. */
  readonly holders: ReadonlyMap<string, ObservedContainer>;
}

/**
 * Units of a server on its local engine. Without a lock: one process has the server's store, and the engine refuses a
 * second container of one name.
 */
export function planUnits(owner: Owner, request: UnitsRequest): Plan {
  const builder = new PlanBuilder(owner);
  for (const unit of request.missing) addUnit(unit, request.holders.get(unit.spec.container), builder);
  for (const { container, cause } of request.stopped) start(container, cause, builder);
  for (const container of request.kept) keep(container, builder);
  for (const { container, cause } of request.unwanted)
    if (isLabelledAs(owner, container.labels)) removeContainer(container, { cause, withVolumes: true }, builder);
  const { operations, verdicts, blockers, warnings } = builder;
  return { owner, operations, verdicts, blockers, warnings };
}

function addUnit(
  { spec, image, isTrial }: DesiredUnit,
  holder: ObservedContainer | undefined,
  builder: PlanBuilder,
): void {
  const { key, container } = spec;
  if (holder !== undefined) {
    builder.blockers.push({
      subject: key,
      message: `the container name ${container} is in use by a container that this server did not make`,
      suggestions: [`remove that container: docker rm ${container}`, 'or give the service another name'],
    });
    return;
  }
  const created = builder.add({
    id: `create ${key}`,
    kind: 'create-container',
    subject: key,
    cause: 'no container',
    needs: [],
    spec: isTrial ? { ...spec, runtime: { ...spec.runtime, restart: 'no' } } : spec,
    image,
    labels: instanceLabels(spec, builder.owner),
  });
  builder.add({
    id: `start ${key}`,
    kind: 'start-container',
    subject: key,
    cause: 'no container',
    needs: [created],
    container,
  });
}

function start(container: ObservedContainer, cause: string, builder: PlanBuilder): void {
  const { name } = container;
  const expected = expectedOf(container);
  builder.add({
    id: `start ${name}`,
    kind: 'start-container',
    subject: name,
    cause,
    needs: [],
    container: name,
    expected,
  });
}

function keep({ name }: ObservedContainer, builder: PlanBuilder): void {
  builder.add({
    id: `keep ${name}`,
    kind: 'set-restart-policy',
    subject: name,
    cause: 'it is ready',
    needs: [],
    container: name,
    restart: 'unless-stopped',
  });
}
