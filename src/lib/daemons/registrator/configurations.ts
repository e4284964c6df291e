import type { Problem } from '../../errors.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { readConfiguration, type Configuration, type ConfigurationText } from './configuration.ts';
import type { LoadedPolicy } from '../../policies/load-policies.ts';

/** What a policy is run with: once for each configuration, or once without one. */
export interface PolicyRun {
  readonly policy: LoadedPolicy;
  /** Empty for a policy without configurations. */
  readonly configuration: string;
  readonly config?: Configuration['config'];
}

/** A configuration that is wrong. */
export interface ConfigurationError {
  readonly policy: string;
  readonly configuration: string;
  readonly problem: Problem;
}

interface Memory {
  readonly runs: readonly PolicyRun[];
  readonly errors: readonly ConfigurationError[];
  readonly notices: readonly string[];
}

/**
 * The configurations of all policies. One that becomes wrong stays as it was, and one that was never right does not
 * run. Equal configurations stay the same object, so that nobody is asked again.
 */
export class Configurations {
  readonly #policies: readonly LoadedPolicy[];
  readonly #memory = new Map<string, Memory>();
  /** Of policies before they were loaded again. */
  readonly #before: readonly PolicyRun[];
  #version = 0;

  constructor(policies: readonly LoadedPolicy[], before: readonly PolicyRun[] = []) {
    this.#policies = policies;
    this.#before = before;
    for (const policy of policies)
      if (policy.schema === undefined)
        this.#memory.set(policy.name, { runs: [{ policy, configuration: '' }], errors: [], notices: [] });
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** While those of a policy are not read, the ones from before. */
  get runs(): readonly PolicyRun[] {
    return this.#policies.flatMap((policy) => this.#memory.get(policy.name)?.runs ?? this.#runsBefore(policy));
  }

  /** Whether those of every policy were read. */
  get isComplete(): boolean {
    return this.#policies.every(({ name }) => this.#memory.has(name));
  }

  get errors(): readonly ConfigurationError[] {
    return [...this.#memory.values()].flatMap(({ errors }) => errors);
  }

  get notices(): readonly string[] {
    const without = this.#policies.filter(({ name }) => {
      const memory = this.#memory.get(name);
      return memory?.runs.length === 0 && memory.errors.length === 0;
    });
    return [...without.map(noConfiguration), ...[...this.#memory.values()].flatMap(({ notices }) => notices)];
  }

  /** All configurations that a policy has now, with what was wrong before they could be read. */
  set(policy: LoadedPolicy, { texts, problems = [], notices = [] }: ConfigurationsOf): void {
    if (policy.schema === undefined) return;
    const before = this.#memory.get(policy.name)?.runs ?? this.#runsBefore(policy);
    const read = texts.map((text) => ({ name: text.name, ...readConfiguration(policy, text) }));
    const runs = read.flatMap(({ name, configuration }) => {
      const known = before.find((run) => run.configuration === name);
      if (configuration === undefined || isSame(known?.config, configuration.config)) return known ?? [];
      return { policy, configuration: name, config: configuration.config };
    });
    const errors = read.flatMap(({ name, problems: own }) => own.map((problem) => errorOf(policy, name, problem)));
    this.#version += 1;
    this.#memory.set(policy.name, {
      runs,
      errors: [...errors, ...problems.map((problem) => errorOf(policy, '', problem))],
      notices: [...notices, ...read.flatMap((each) => each.notices)],
    });
  }

  /** Those of a policy cannot be read: what runs stays. */
  fail(policy: LoadedPolicy, problem: Problem): void {
    const runs = this.#memory.get(policy.name)?.runs ?? this.#runsBefore(policy);
    this.#version += 1;
    this.#memory.set(policy.name, { runs, errors: [errorOf(policy, '', problem)], notices: [] });
  }

  #runsBefore(policy: LoadedPolicy): readonly PolicyRun[] {
    const runs = this.#before.filter(({ policy: { name } }) => name === policy.name);
    return policy.schema === undefined ? [] : runs.map((run) => ({ ...run, policy }));
  }
}

export interface ConfigurationsOf {
  readonly texts: readonly ConfigurationText[];
  readonly problems?: readonly Problem[] | undefined;
  readonly notices?: readonly string[];
}

function errorOf({ name }: LoadedPolicy, configuration: string, problem: Problem): ConfigurationError {
  return { policy: name, configuration, problem };
}

function isSame(a: object | undefined, b: object): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(b);
}

function noConfiguration({ name, etcdConfigPath }: LoadedPolicy): string {
  const key = etcdConfigPath === undefined ? '' : `, or with --etcd the key ${etcdConfigPath}`;
  return `the policy ${name} has no configuration and does nothing; {} is enough: --services with ${name}.json${key}`;
}
