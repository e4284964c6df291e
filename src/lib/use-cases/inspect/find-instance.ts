import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { EngineReader } from '../../engine/engine.ts';
import type { Owner } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { observeContainers } from '../../observe/observe.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import { isMeant, isPattern } from '../../model/wildcard.ts';
import { nothingMatches, unknownService } from '../../project/services.ts';
import { runCommands } from '../../project/resolve/select/run-commands.ts';
import type { ObservedProject } from '../open-project.ts';

export interface InstanceQuery {
  readonly service: string;
  readonly instance?: string;
}

type Opened = Pick<ObservedProject, 'engine' | 'owner' | 'project'>;

/** Asks which of several keys is matching; throws without a terminal. */
export type ChooseInstance = (keys: readonly string[]) => Promise<string>;

/** The containers of the project, sorted by name; with `runningOnly` without stopped ones. */
export async function listInstances(
  engine: EngineReader,
  owner: Owner,
  runningOnly: boolean,
): Promise<readonly ObservedContainer[]> {
  const containers = await observeContainers(engine, {
    all: !runningOnly,
    labels: { [label.project]: owner.name, [label.kind]: 'instance' },
  });
  return containers
    .filter((container) => container.ownership !== undefined && isSameOwner(container.ownership.owner, owner))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Finds one running instance; asks if several match. */
export async function findRunning(
  opened: Opened,
  query: InstanceQuery,
  choose: ChooseInstance,
): Promise<ObservedContainer> {
  const all = await listInstances(opened.engine, opened.owner, true);
  const { service, instance } = query;
  const ofService = all.filter((container) => isMeantBy({ service, instance: undefined }, container));
  const matching = all.filter((container) => isMeantBy({ service, instance }, container));
  if (ofService.length === 0) await refuseUnknown(opened, query);
  if (matching.length === 0) throw await notRunning(query, ofService, all, opened);
  const [first] = matching;
  if (matching.length === 1 && first !== undefined) return first;
  const key = await choose(matching.map((container) => container.ownership?.key ?? container.name));
  const chosen = matching.find((container) => container.ownership?.key === key);
  if (chosen === undefined) throw await notRunning(query, ofService, all, opened);
  return chosen;
}

/** Whether the words of a command mean a container of the project. */
export function isMeantBy(
  words: { readonly service: string; readonly instance: string | undefined },
  { ownership }: ObservedContainer,
): boolean {
  return ownership !== undefined && isMeant(words, ownership);
}

/** A service that is no longer in the project is known while it has containers. */
async function refuseUnknown(
  { engine, owner, project: { services, place } }: Pick<ObservedProject, 'engine' | 'owner' | 'project'>,
  { service, instance }: InstanceQuery,
): Promise<void> {
  if (services.has(service)) return;
  const stopped = await listInstances(engine, owner, false);
  if (stopped.some((container) => isMeantBy({ service, instance: undefined }, container))) return;
  if (isPattern({ service })) throw nothingMatches({ service, instance });
  throw unknownService(service, services, place.servicesDirectory);
}

async function notRunning(
  { service, instance }: InstanceQuery,
  ofService: readonly ObservedContainer[],
  all: readonly ObservedContainer[],
  { engine, owner, project }: Opened,
): Promise<UserError> {
  const what =
    instance === undefined
      ? `no instance of ${service} is running`
      : `instance ${instance} of ${service} is not running`;
  const others = (ofService.length > 0 ? ofService : all)
    .map(({ ownership }) => ownership?.key ?? '')
    .filter((key) => key !== '');
  const running =
    others.length === 0 ? 'nothing in this project is running' : `running: ${others.slice(0, 20).join(', ')}`;
  const there = await listInstances(engine, owner, false);
  const stopped = there
    .filter((container) => isMeantBy({ service, instance }, container))
    .flatMap(({ ownership }) => ownership ?? [])
    .map((each) => `dockerops start:${each.service},instance=${each.instance}`);
  const start = stopped.length > 0 ? stopped : runCommands(service, instance, project.conf);
  return new UserError(`${what} (${running})`, { code: 'NOT_RUNNING', suggestions: [...start, 'dockerops ps:all'] });
}
