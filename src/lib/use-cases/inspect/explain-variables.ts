import type { MissingVariable } from '../../project/resolve/findings.ts';
import type { Origin, Template } from '../../model/desired.ts';
import type { Problem } from '../../errors.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { observe } from '../../observe/observe.ts';
import { showTemplate } from '../../plan/plan-text.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import type { RunRequest } from '../../model/run-request.ts';
import { missingEntry } from '../../project/resolve/select/missing-entry.ts';
import { unknownService } from '../../project/services.ts';
import type { ObservedProject } from '../open-project.ts';
import { withRecordedAddresses } from '../facts/recorded-addresses.ts';
import { resolveEntries, resolveRequest, type EntriesInput } from './resolve-entries.ts';

/** Secret values are masked here, so that no reader of this gets one. */
export interface VariableRow {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly origin: Origin;
  /** Values given elsewhere that this one beat, strongest first. */
  readonly beat: readonly { readonly value: string; readonly origin: Origin }[];
}

export interface InstanceVariables {
  readonly key: string;
  readonly service: string;
  readonly instance: string;
  readonly variables: readonly VariableRow[];
  /** What somebody has to supply before it can run. */
  readonly missing: readonly MissingVariable[];
}

export interface ExplainedInstances {
  readonly instances: readonly InstanceVariables[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

const mask = '<secret>';

/**
 * The variables of the instances of a service that the run conf knows, or of the one that is named, each with where its
 * value comes from.
 */
export async function explainVariables(
  opened: ObservedProject,
  service: string,
  instance?: string,
): Promise<ExplainedInstances> {
  const { project, engine, client, environment, keys } = opened;
  if (!project.services.has(service)) throw unknownService(service, project.services, project.place.servicesDirectory);
  const observed = await observe(engine);
  const input = {
    project,
    observed,
    environment,
    existingKeys: keys.existing(),
    facts: gatherHostFacts(engine.address, observed.engine, client),
  };
  const facts = withRecordedAddresses(input.facts, resolveEntries(input), observed.containers);
  const { resolved, notice } = resolveMeant({ ...input, facts }, service, instance);
  return {
    instances: resolved.map((each) => explain(each, observed)),
    problems: resolved.flatMap(({ problems }) => problems),
    notices: notice === undefined ? [] : [notice],
  };
}

/** An instance that only the command line names gets what `run` would give it. */
function resolveMeant(
  input: EntriesInput,
  service: string,
  instance: string | undefined,
): { readonly resolved: readonly ResolvedInstance[]; readonly notice?: string | undefined } {
  const written = resolveEntries(input).instances.filter(
    ({ spec }) => spec.service === service && (instance ?? spec.instance) === spec.instance,
  );
  if (written.length > 0) return { resolved: written };
  const request: RunRequest = {
    target: 'service',
    service,
    ...(instance === undefined ? {} : { instance }),
    switches: {},
  };
  return { resolved: resolveRequest(input, request).instances, notice: missingEntry(input.project, request) };
}

function explain({ spec, variables, missing }: ResolvedInstance, observed: ObservedState): InstanceVariables {
  const show = (text: Template, secret: boolean): string =>
    secret ? mask : showTemplate(withAddresses(text, observed));
  return {
    key: spec.key,
    service: spec.service,
    instance: spec.instance,
    missing,
    variables: variables.map(({ name, value, secret, origin, beat }) => ({
      name,
      value: show(value, secret),
      secret,
      origin,
      beat: beat.map((loser) => ({ value: show(loser.value, secret), origin: loser.origin })),
    })),
  };
}

/** What runs has its address already. */
function withAddresses(text: Template, { containers }: ObservedState): Template {
  return text.map((piece) => {
    if (typeof piece === 'string' || !('addressOf' in piece)) return piece;
    const target = containers.find(({ name }) => name === piece.addressOf);
    return Object.values(target?.addresses ?? {}).find((address) => address !== '') ?? piece;
  });
}
