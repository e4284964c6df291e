import type { ObservedContainer } from '../../model/observed-state.ts';
import { withSecrets } from '../../observe/secrets.ts';
import { instanceDifferences } from '../../plan/spec/differences.ts';
import { linkDifferences } from '../../plan/spec/link-differences.ts';
import { networkName } from '../../project/find-project.ts';
import type { ResolvedInstance } from '../../project/resolve/instance.ts';
import type { ObservedProject } from '../open-project.ts';
import { byEnvironment, isGivenSecret, withoutGivenSecrets, type GivenEnvironment } from './given-environment.ts';
import { resolveForDrift } from './resolve-for-drift.ts';

/**
 * The fields in which containers differ from the project's files, or why they cannot be compared, by container name.
 * Asks the engine only about instances with secrets. It does not notice new images; `plan` does. What the environment
 * of a command gives is compared with nothing: another shell has another one. `containers` are all of the project,
 * `shown` those to compare. Nothing is compared with files that have mistakes.
 */
export async function findDrift(
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
  shown = containers,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (opened.project.problems.length > 0) return new Map();
  const drift: (readonly [string, readonly string[]])[] = [];
  for (const [given, members] of byEnvironment(shown, opened.environment))
    drift.push(...(await driftWith(given, opened, containers, members)));
  return new Map(drift.filter(([, fields]) => fields.length > 0));
}

async function driftWith(
  given: GivenEnvironment,
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
  members: readonly ObservedContainer[],
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const resolution = await resolveForDrift({ ...opened, environment: given.environment }, containers);
  if (resolution === undefined) return [];
  const desired = new Map(resolution.instances.map((resolved) => [resolved.spec.container, resolved]));
  const specs = resolution.instances.filter(isKnown).map(({ spec }) => withoutGivenSecrets(spec));
  const unreadable = new Set<string>();
  const compared = await withSecrets(opened.engine, members, specs, (name) => unreadable.add(name));
  return compared.map((container) => {
    const fields = driftOf(container, desired.get(container.name), containers, opened);
    // A container whose secrets cannot be read is still listed.
    const secrets = unreadable.has(container.name) ? ['its secrets cannot be read'] : [];
    return [container.name, [...fields.filter((field) => !isGivenSecret(field, given)), ...secrets]] as const;
  });
}

function driftOf(
  container: ObservedContainer,
  resolved: ResolvedInstance | undefined,
  containers: readonly ObservedContainer[],
  opened: ObservedProject,
): readonly string[] {
  if (container.ownership === undefined) return [];
  if (resolved === undefined) return unknownTo(opened, container.ownership);
  if (!isKnown(resolved)) return reasons(resolved);
  const links = linkDifferences(container, containers, networkName(opened.owner.name));
  return [...instanceDifferences(container, resolved.spec), ...links].map(({ field }) => field);
}

function isKnown({ lacksInterfaces, missing, problems }: ResolvedInstance): boolean {
  return !lacksInterfaces && missing.length === 0 && problems.length === 0;
}

/** Why an instance cannot be compared. A missing address of a remote host's interface is no problem of the instance. */
function reasons({ missing, problems }: ResolvedInstance): readonly string[] {
  const variables = [...new Set(missing.map(({ name }) => name))];
  return [
    ...variables.map((name) => `${name} has no value`),
    ...(problems.length === 0 ? [] : ['see dockerops validate']),
  ];
}

/** A container without an entry is no drift while its service exists. */
function unknownTo({ project }: ObservedProject, { service }: { readonly service: string }): readonly string[] {
  return project.services.has(service) ? [] : ['its service no longer exists'];
}
