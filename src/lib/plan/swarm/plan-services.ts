import type { Labels } from '../../labels.ts';
import type { InstanceSpec, Owner } from '../../model/desired.ts';
import { instanceLabels } from '../instance/instance-labels.ts';
import type { Operation } from '../operation.ts';
import { isLabelledAs } from '../ownership.ts';
import { PlanBuilder } from '../builder.ts';
import type { Plan } from '../plan.ts';

/** A service of a Swarm that has the name of a desired one, or is to go. */
export interface FoundService {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
}

export interface ServicesRequest {
  /** Each with the service that has its name, if there is one. */
  readonly desired: readonly { readonly spec: InstanceSpec; readonly found?: FoundService }[];
  /** Made by the same owner, with the reason why they go. */
  readonly unwanted: readonly { readonly found: FoundService; readonly cause: string }[];
}

/**
 * Services of a server on its Swarm: creates what is missing and removes what is unwanted; what runs is not changed.
 * Without a lock: one process has the server's store, and the Swarm refuses a second service of one name.
 */
export function planServices(owner: Owner, { desired, unwanted }: ServicesRequest): Plan {
  const builder = new PlanBuilder(owner);
  for (const { spec, found } of desired) {
    if (found === undefined) builder.add(creation(spec, owner));
    else if (!isLabelledAs(owner, found.labels)) builder.blockers.push(inUse(spec));
  }
  for (const { found, cause } of unwanted) if (isLabelledAs(owner, found.labels)) builder.add(removal(found, cause));
  const { operations, verdicts, blockers, warnings } = builder;
  return { owner, operations, verdicts, blockers, warnings };
}

function creation(spec: InstanceSpec, owner: Owner): Operation {
  return {
    id: `create ${spec.key}`,
    kind: 'create-swarm-service',
    subject: spec.key,
    cause: 'no service',
    needs: [],
    spec,
    labels: instanceLabels(spec, owner),
  };
}

function removal({ id, name }: FoundService, cause: string): Operation {
  return { id: `remove ${name}`, kind: 'remove-swarm-service', subject: name, cause, needs: [], serviceId: id, name };
}

function inUse({ key }: InstanceSpec): Plan['blockers'][number] {
  return {
    subject: key,
    message: `the Swarm service name ${key} is in use by a service that this server did not make`,
    suggestions: ['use another name'],
  };
}
