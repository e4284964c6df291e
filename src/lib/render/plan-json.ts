import type { InstanceSpec } from '../project/project.ts';
import type { Operation, Plan } from '../plan/operation.ts';

/** A plan as it may be printed: values of secrets are masked. Its shape is that of `Plan` otherwise. */
export function printablePlan({ owner, operations, verdicts, blockers, warnings }: Plan): object {
  return { owner, verdicts, operations: operations.map(printableOperation), blockers, warnings };
}

function printableOperation(operation: Operation): object {
  return 'spec' in operation ? { ...operation, spec: masked(operation.spec) } : operation;
}

function masked(spec: InstanceSpec): InstanceSpec {
  return { ...spec, environment: spec.environment.map((variable) => (variable.secret ? { ...variable, value: ['***'] } : variable)) };
}
