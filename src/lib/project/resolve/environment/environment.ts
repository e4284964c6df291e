import type { Problem } from '../../../errors.ts';
import type { HostFacts } from '../../../model/host-facts.ts';
import { isSecretValue } from '../../../model/secret-text.ts';
import { plainText } from '../../../model/template.ts';
import { placeIn } from '../../conf/run-conf-entry.ts';
import type { Findings } from '../findings.ts';
import { expandHostAddress } from './host-address.ts';
import { missingVariables, type Requirements } from './missing-variables.ts';
import { type Candidate, candidatesOf, type VariableSources } from './variables.ts';

/** A variable of an instance with where its value came from, and the values that it overrides. */
export interface ExplainedVariable extends Candidate {
  readonly name: string;
  readonly secret: boolean;
  readonly overridden: readonly Candidate[];
}

export interface EnvironmentInput extends VariableSources, Requirements {
  readonly facts: HostFacts;
  /** What links, secrets and the project's DNS give, when nothing else gives a value. */
  readonly derived: Readonly<Record<string, Candidate>>;
  /** Set by dockerops; nothing beats them. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Names that are looked up although nothing in the project names them: SERVICE_IP, DNS_UPDATE_POLICY, … */
  readonly known: readonly string[];
}

export interface ResolvedEnvironment extends Findings {
  /** Sorted by name. */
  readonly variables: readonly ExplainedVariable[];
}

/** All variables of one instance. Throws nothing: what is missing or wrong is reported together. */
export function resolveEnvironment(input: EnvironmentInput): ResolvedEnvironment {
  const chosen = variableNames(input).flatMap((name) => choose(name, input) ?? []);
  const expanded = chosen.map((variable) => expand(variable, input.facts));
  const variables = [...expanded.map(({ variable }) => variable), ...fixedVariables(input)];
  return {
    variables: variables.sort((a, b) => (a.name < b.name ? -1 : 1)),
    missing: missingVariables(input, new Set(chosen.map(({ name }) => name))),
    problems: [...expanded.flatMap(({ problem }) => problem ?? []), ...overriddenFixed(input)],
    notices: input.fileVariables
      .filter(({ name }) => Object.hasOwn(input.fixed, name))
      .map(({ name, where }) => `${where}: ${name} is set by dockerops, so this line is ignored`),
    lacksInterfaces: expanded.some(({ isUnknown }) => isUnknown === true),
  };
}

function variableNames({ entry, fileVariables, required, derived, unmet, known, fixed }: EnvironmentInput): string[] {
  const named = [...fileVariables, ...required, ...unmet].map(({ name }) => name);
  const names = new Set([...Object.keys(entry?.values.env_vars ?? {}), ...named, ...Object.keys(derived), ...known]);
  return [...names].filter((name) => !Object.hasOwn(fixed, name));
}

function choose(name: string, input: EnvironmentInput): ExplainedVariable | undefined {
  const derived = Object.hasOwn(input.derived, name) ? input.derived[name] : undefined;
  const [first, ...overridden] = [...candidatesOf(name, input), ...(derived === undefined ? [] : [derived])];
  if (first === undefined) return undefined;
  const secret = [first, ...overridden].some(({ value }) => isSecretValue(name, plainText(value) ?? ''));
  return { name, ...first, secret, overridden };
}

interface Expanded {
  readonly variable: ExplainedVariable;
  readonly problem?: Problem;
  readonly isUnknown?: boolean;
}

/** Puts the host's address in place of `from_<interface>`. */
function expand(variable: ExplainedVariable, facts: HostFacts): Expanded {
  const written = plainText(variable.value);
  if (written === undefined) return { variable };
  const { value, problem, isUnknown } = expandHostAddress(variable.name, written, facts);
  const { where, source } = variable.origin;
  return {
    variable: { ...variable, value: [value] },
    isUnknown: isUnknown === true,
    ...(problem === undefined ? {} : { problem: { where: where ?? source, ...problem } }),
  };
}

function fixedVariables({ fixed }: EnvironmentInput): readonly ExplainedVariable[] {
  return Object.entries(fixed).map(([name, value]) => ({
    name,
    value: [value],
    origin: { source: 'fixed' },
    secret: false,
    overridden: [],
  }));
}

function overriddenFixed({ entry, fixed }: EnvironmentInput): readonly Problem[] {
  if (entry === undefined) return [];
  const names = Object.keys(entry.values.env_vars ?? {}).filter((name) => Object.hasOwn(fixed, name));
  return names.map((name) => ({
    where: placeIn(entry, `env_vars.${name}`),
    message: `dockerops sets ${name}, so it cannot be set here`,
    suggestion: 'remove it, and use another name for your own value',
  }));
}
