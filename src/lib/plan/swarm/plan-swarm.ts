import type { InstanceSpec } from '../../model/desired.ts';
import type { ObservedSwarmService } from '../../model/observed-state.ts';
import type { RunContext } from '../context.ts';
import { specDifferences } from '../spec/differences.ts';
import { isSameOwner, ownerText } from '../ownership.ts';
import { instanceLabels } from '../instance/instance-labels.ts';

/** Replicated instances: one service object of the Swarm each, updated in place. */
export function planSwarmService(spec: InstanceSpec, context: RunContext): void {
  if (context.observed.engine.swarm !== 'manager') return refuse(spec, context);
  const existing = context.observed.swarmServices.find(({ name }) => name === spec.container);
  if (existing === undefined) return create(spec, context);
  if (existing.ownership === undefined || !isSameOwner(existing.ownership.owner, context.owner))
    return held(spec, existing, context);
  update(spec, existing, context);
}

function create(spec: InstanceSpec, { builder, owner }: RunContext): void {
  builder.verdicts.push({
    key: spec.key,
    container: spec.container,
    verdict: 'create',
    reason: 'no service',
    differences: [],
  });
  builder.add({
    id: `create ${spec.key}`,
    kind: 'create-swarm-service',
    subject: spec.key,
    cause: 'no service',
    needs: [],
    spec,
    labels: instanceLabels(spec, owner),
  });
}

function update(spec: InstanceSpec, existing: ObservedSwarmService, { builder, owner }: RunContext): void {
  const differences = existing.ownership === undefined ? [] : specDifferences(existing.ownership, spec);
  const reason =
    differences.length === 0 ? 'up to date' : `${differences.map(({ field }) => field).join(', ')} changed`;
  builder.verdicts.push({
    key: spec.key,
    container: spec.container,
    verdict: differences.length === 0 ? 'keep' : 'replace',
    reason,
    differences,
  });
  if (differences.length === 0) return;
  builder.add({
    id: `update ${spec.key}`,
    kind: 'update-swarm-service',
    subject: spec.key,
    cause: reason,
    needs: [],
    spec,
    labels: instanceLabels(spec, owner),
    serviceId: existing.id,
    version: existing.version,
  });
}

function held(spec: InstanceSpec, existing: ObservedSwarmService, { builder }: RunContext): void {
  const holder =
    existing.ownership === undefined ? 'a service that dockerops did not make' : ownerText(existing.ownership.owner);
  builder.blockers.push({
    subject: spec.key,
    message: `the Swarm service name ${spec.container} is in use by ${holder}`,
    suggestions: ['use another instance name'],
  });
}

function refuse(spec: InstanceSpec, { builder }: RunContext): void {
  builder.blockers.push({
    subject: spec.key,
    message: `${spec.key} is to run on a Swarm, and this engine is not a manager of one`,
    suggestions: ['make it one: docker swarm init'],
  });
}
