import { definedOnly } from '../../defined.ts';
import { isMeant, isPattern } from '../../model/wildcard.ts';
import type { MissingVariable } from '../../project/resolve/findings.ts';
import type { Origin, Template } from '../../model/desired.ts';
import type { Problem } from '../../errors.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { maskValue } from '../../model/secret-text.ts';
import { observe } from '../../observe/observe.ts';
import { showTemplate } from '../../plan/plan-text.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import type { RunRequest } from '../../model/run-request.ts';
import { missingEntry } from '../../project/resolve/select/missing-entry.ts';
import { unknownService } from '../../project/services.ts';
import type { ObservedProject } from '../open-project.ts';
import { entriesInput, resolveEntries, resolveRequest, type EntriesInput } from './resolve-entries.ts';

/** Secret values are masked, so that no caller gets one. */
export interface VariableRow {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly origin: Origin;
  /** Values from other sources that this one overrides, strongest first. */
  readonly overrides: readonly { readonly value: string; readonly origin: Origin }[];
}

export interface InstanceVariables {
  readonly key: string;
  readonly service: string;
  readonly instance: string;
  readonly variables: readonly VariableRow[];
  /** Variables without a value that have to be set before it can run. */
  readonly missing: readonly MissingVariable[];
}

export interface ExplainedInstances {
  readonly instances: readonly InstanceVariables[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/**
 * The variables of all instances of a service in the run conf, or of the named one, or with `*` of all that fit, each
 * with the origin of its value.
 */
export async function explainVariables(
  opened: ObservedProject,
  service: string,
  instance?: string,
): Promise<ExplainedInstances> {
  const { project, engine } = opened;
  if (!project.services.has(service) && !isPattern({ service }))
    throw unknownService(service, project.services, project.place.servicesDirectory);
  const observed = await observe(engine);
  const { resolved, notices } = resolveMeant(entriesInput(opened, observed), service, instance);
  return {
    instances: resolved.map((each) => explain(each, observed)),
    problems: resolved.flatMap(({ problems }) => problems),
    notices,
  };
}

/** What no entry is for is resolved as `run` would do it: one instance with defaults, or those that fit a pattern. */
function resolveMeant(
  input: EntriesInput,
  service: string,
  instance: string | undefined,
): { readonly resolved: readonly ResolvedInstance[]; readonly notices: readonly string[] } {
  const request: RunRequest = { target: 'service', service, switches: {}, ...definedOnly({ instance }) };
  const written = resolveEntries(input).instances.filter(({ spec }) => isMeant({ service, instance }, spec));
  if (written.length > 0) return { resolved: written, notices: [] };
  const { instances, notices } = resolveRequest(input, request);
  if (isPattern({ service, ...definedOnly({ instance }) })) return { resolved: instances, notices };
  const missing = missingEntry(input.project, request);
  return { resolved: instances, notices: missing === undefined ? [] : [missing] };
}

function explain({ spec, variables, missing }: ResolvedInstance, observed: ObservedState): InstanceVariables {
  const show = (name: string, text: Template, secret: boolean): string => {
    const shown = showTemplate(withAddresses(text, observed));
    return secret ? maskValue(name, shown) : shown;
  };
  return {
    key: spec.key,
    service: spec.service,
    instance: spec.instance,
    missing,
    variables: variables.map(({ name, value, secret, origin, overridden }) => ({
      name,
      value: show(name, value, secret),
      secret,
      origin,
      overrides: overridden.map((other) => ({ value: show(name, other.value, secret), origin: other.origin })),
    })),
  };
}

/** Replaces references to addresses of containers that have one. */
function withAddresses(text: Template, { containers }: ObservedState): Template {
  return text.map((piece) => {
    if (typeof piece === 'string' || !('addressOf' in piece)) return piece;
    const target = containers.find(({ name }) => name === piece.addressOf);
    return Object.values(target?.addresses ?? {}).find((address) => address !== '') ?? piece;
  });
}
