import type { DesiredKey } from '../../model/published-key.ts';
import type { PolicySet } from './agent-tools.ts';
import type { Evaluated } from './evaluations.ts';
import type { Findings, PolicyError, PolicyStatus } from './status.ts';

export interface FindingsInput {
  readonly set: PolicySet;
  readonly evaluated: Evaluated;
  readonly keys: readonly DesiredKey[];
  readonly conflicts: readonly string[];
  /** Desired keys that belong to somebody else. */
  readonly foreign: readonly string[];
}

export function findingsOf({ set, evaluated, keys, conflicts, foreign }: FindingsInput): Findings {
  return {
    policies: Object.fromEntries(set.policies.map(({ name }) => [name, policyStatus(name, set, evaluated)])),
    keys: Object.fromEntries(keys.map(({ key, value }) => [key, value])),
    conflicts: [...conflicts, ...foreign.map(foreignText)],
    notices: [...set.notices, ...set.configurations.notices, ...evaluated.warnings],
  };
}

function foreignText(key: string): string {
  return `${key} was written by somebody else and is left alone; --adopt takes it over`;
}

function policyStatus(name: string, { policies, configurations }: PolicySet, evaluated: Evaluated): PolicyStatus {
  const asked = evaluated.requests.filter(({ source }) => source.policy === name).map(({ key }) => key);
  const wrong = configurations.errors
    .filter(({ policy }) => policy === name)
    .map(({ configuration, problem }): PolicyError => {
      const { where, message } = problem;
      return { configuration, message, ...(where === undefined ? {} : { where }) };
    });
  const thrown = evaluated.faults.filter(({ policy }) => policy === name).map(({ policy: _, ...error }) => error);
  return {
    origin: policies.find((policy) => policy.name === name)?.origin ?? '',
    configurations: configurations.runs
      .filter(({ policy, configuration }) => policy.name === name && configuration !== '')
      .map(({ configuration }) => configuration),
    keys: new Set(asked).size,
    errors: [...wrong, ...thrown],
  };
}
