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
  /** Keys that may not be read or written, and why. */
  readonly refused: ReadonlyMap<string, Error>;
}

export function findingsOf(input: FindingsInput): Findings {
  const { set, evaluated, conflicts, foreign, refused } = input;
  const keys = input.keys.filter(({ key }) => !refused.has(key));
  return {
    policies: Object.fromEntries(set.policies.map(({ name }) => [name, policyStatus(name, input)])),
    keys: Object.fromEntries(keys.map(({ key, value }) => [key, value])),
    conflicts: [...conflicts, ...foreign.map(foreignText)],
    notices: [...set.notices, ...set.configurations.notices, ...evaluated.warnings],
  };
}

function foreignText(key: string): string {
  return `${key} was written by somebody else and is left alone; --adopt takes it over`;
}

/** Of keys that are desired. */
export function refusedTexts({ keys, refused }: Pick<FindingsInput, 'keys' | 'refused'>): readonly string[] {
  return keys.flatMap(({ key }) => {
    const error = refused.get(key);
    return error === undefined ? [] : [refusedText(key, error)];
  });
}

function refusedText(key: string, { message }: Error): string {
  return `the key ${key} is left out: ${message}`;
}

function refusedErrors(name: string, { keys, refused }: FindingsInput): readonly PolicyError[] {
  return keys.flatMap(({ key, sources }) => {
    const error = refused.get(key);
    if (error === undefined) return [];
    const own = sources.filter(({ policy }) => policy === name);
    return own.map(({ configuration, container }) => ({ configuration, container, message: refusedText(key, error) }));
  });
}

function policyStatus(name: string, input: FindingsInput): PolicyStatus {
  const { set, evaluated } = input;
  const { policies, configurations } = set;
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
    errors: [...wrong, ...thrown, ...refusedErrors(name, input)],
  };
}
