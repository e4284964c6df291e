import type { EngineReader } from '../../engine/engine.ts';
import { NotFound } from '../../errors.ts';
import type { ObservedTask } from '../../model/observed-state.ts';
import type { FoundService } from '../../plan/swarm/plan-services.ts';
import type { Run } from './job.ts';
import { serverLabels } from './job-spec.ts';

type Reader = Pick<EngineReader, 'listTasks' | 'findSwarmService'>;

/** A run's task; `starting`: the Swarm has made none yet; `gone`: its service does not exist any more. */
export type TaskFound = ObservedTask | 'starting' | 'gone';

/**
 * The tasks of runs, by the ids of their services. One call lists all that are not over; those that it lacks are asked
 * for by name, so that the number of ended services that are kept costs nothing.
 */
export async function observeTasks(
  engine: Reader,
  server: string,
  runs: readonly Run[],
): Promise<ReadonlyMap<string, TaskFound>> {
  const ids = runs.flatMap(({ serviceId }) => serviceId ?? []);
  if (ids.length === 0) return new Map();
  const live = await engine.listTasks({ labels: serverLabels(server), desired: ['ready', 'running'] });
  const found = new Map<string, TaskFound>(live.map((task) => [task.serviceId, task]));
  const missing = ids.filter((id) => !found.has(id));
  for (const [id, task] of await askFor(engine, missing)) found.set(id, task);
  return found;
}

/** A service that does not exist fails the call for all of them: then each half is asked for. */
async function askFor(engine: Reader, services: readonly string[]): Promise<ReadonlyMap<string, TaskFound>> {
  if (services.length === 0) return new Map();
  try {
    const tasks = await engine.listTasks({ services });
    const byService = new Map(tasks.map((task) => [task.serviceId, task]));
    return new Map(services.map((id) => [id, byService.get(id) ?? 'starting']));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const [only] = services;
    if (services.length === 1 && only !== undefined) return new Map([[only, 'gone']]);
    const middle = Math.ceil(services.length / 2);
    const first = await askFor(engine, services.slice(0, middle));
    return new Map([...first, ...(await askFor(engine, services.slice(middle)))]);
  }
}

/** The services that have the names of runs, for those of which it is not known whether they were created. */
export async function findServices(engine: Reader, runs: readonly Run[]): Promise<ReadonlyMap<string, FoundService>> {
  const found = new Map<string, FoundService>();
  for (const { service } of runs) {
    const row = await engine.findSwarmService(service);
    if (row !== undefined) found.set(service, row);
  }
  return found;
}
