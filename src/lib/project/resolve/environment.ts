import type { Problem } from '../../errors.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import { expandHostAddress } from './host-address.ts';
import type { Origin, Template } from '../../model/desired.ts';
import { placeIn } from '../conf/run-conf-entry.ts';
import type { RequiredVariable } from '../conf/required-variables.ts';
import { type Candidate, candidatesOf, isSecretName, type VariableSources } from './variables.ts';
import { plainText } from '../../model/template.ts';

/** A variable of an instance with where its value came from, and the values that it beat. */
export interface ExplainedVariable extends Candidate {
  readonly name: string;
  readonly secret: boolean;
  readonly beat: readonly Candidate[];
}

/** A variable that somebody has to supply. */
export interface MissingVariable {
  readonly name: string;
  /** `<service>-<instance>` that needs it. */
  readonly key: string;
  readonly reason: string;
  readonly where?: string;
  readonly secret: boolean;
}

export interface EnvironmentInput extends VariableSources {
  readonly key: string;
  readonly facts: HostFacts;
  readonly required: readonly RequiredVariable[];
  /** What links and the project's DNS give, when nobody says otherwise. */
  readonly derived: Readonly<Record<string, Candidate>>;
  /** Variables of links without a target: to be supplied. */
  readonly unmet: readonly { readonly name: string; readonly reason: string; readonly where: string }[];
  readonly fixed: Readonly<Record<string, string>>;
  /** Looked for although nothing names them: SERVICE_IP, DNS_UPDATE_POLICY, … */
  readonly known: readonly string[];
}

export interface ResolvedEnvironment {
  readonly variables: readonly ExplainedVariable[];
  readonly missing: readonly MissingVariable[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  /** Some address could not be told because the host's interfaces are not known. */
  readonly lacksInterfaces: boolean;
}

/** All variables of one instance by name. Nothing is thrown: what is missing or wrong is told together. */
export function resolveEnvironment(input: EnvironmentInput): ResolvedEnvironment {
  const names = variableNames(input);
  const chosen = names.flatMap((name) => choose(name, input) ?? []);
  const expanded = chosen.map((variable) => expand(variable, input.facts));
  const found = new Set(chosen.map(({ name }) => name));
  return {
    variables: [...expanded.map(({ variable }) => variable), ...fixedVariables(input)].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    ),
    missing: missingVariables(input, found),
    problems: [...expanded.flatMap(({ problem }) => problem ?? []), ...overriddenFixed(input)],
    notices: input.fileVariables
      .filter(({ name }) => Object.hasOwn(input.fixed, name))
      .map(({ name, where }) => `${where}: ${name} is set by dockerops; this line is ignored`),
    lacksInterfaces: expanded.some(({ isUnknown }) => isUnknown === true),
  };
}

function variableNames({
  entry,
  fileVariables,
  required,
  derived,
  unmet,
  known,
  fixed,
}: EnvironmentInput): readonly string[] {
  const names = [
    ...Object.keys(entry?.values.env_vars ?? {}),
    ...fileVariables.map(({ name }) => name),
    ...required.map(({ name }) => name),
    ...Object.keys(derived),
    ...unmet.map(({ name }) => name),
    ...known,
  ];
  return [...new Set(names)].filter((name) => !Object.hasOwn(fixed, name));
}

function choose(name: string, input: EnvironmentInput): ExplainedVariable | undefined {
  const derived = Object.hasOwn(input.derived, name) ? input.derived[name] : undefined;
  const [first, ...beat] = [...candidatesOf(name, input), ...(derived === undefined ? [] : [derived])];
  return first === undefined ? undefined : { name, ...first, secret: isSecretName(name), beat };
}

interface Expanded {
  readonly variable: ExplainedVariable;
  readonly problem?: Problem;
  readonly isUnknown?: boolean;
}

function expand(variable: ExplainedVariable, facts: HostFacts): Expanded {
  const written = plainText(variable.value);
  if (written === undefined) return { variable };
  const { value, problem, isUnknown } = expandHostAddress(variable.name, written, facts);
  return {
    variable: { ...variable, value: [value] },
    isUnknown: isUnknown === true,
    ...(problem === undefined ? {} : { problem: { where: originPlace(variable.origin), ...problem } }),
  };
}

function originPlace({ source, where }: Origin): string {
  return where ?? source;
}

function fixedVariables({ fixed }: EnvironmentInput): readonly ExplainedVariable[] {
  return Object.entries(fixed).map(([name, value]) => ({
    name,
    value: [value] satisfies Template,
    origin: { source: 'fixed' },
    secret: false,
    beat: [],
  }));
}

function missingVariables(
  { key, entry, required, unmet }: EnvironmentInput,
  found: ReadonlySet<string>,
): readonly MissingVariable[] {
  const needed = [
    ...Object.entries(entry?.values.env_vars ?? {})
      .filter(([, value]) => value === null)
      .map(([name]) => ({
        name,
        reason: 'run.conf says that it must be supplied',
        where: entry === undefined ? '' : placeIn(entry, `env_vars.${name}`),
      })),
    ...required.map(({ name, where }) => ({ name, reason: 'the service cannot do without it', where })),
    ...unmet,
  ].filter(({ name }) => !found.has(name));
  const unique = needed.filter(({ name }, index) => needed.findIndex((other) => other.name === name) === index);
  return unique.map((each) => ({ ...each, key, secret: isSecretName(each.name) }));
}

function overriddenFixed({ entry, fixed }: EnvironmentInput): readonly Problem[] {
  const names = Object.keys(entry?.values.env_vars ?? {}).filter((name) => Object.hasOwn(fixed, name));
  return names.map((name) => ({
    where: entry === undefined ? '' : placeIn(entry, `env_vars.${name}`),
    message: `${name} is set by dockerops and cannot be given`,
    suggestion: 'take it out; for a value of your own use another name',
  }));
}
