import type { EngineReader } from '../../engine/engine.ts';
import { label } from '../../labels.ts';
import { engineUnit } from './engine-units.ts';
import type { Observation } from './observe-units.ts';
import { taskUnit } from './swarm-units.ts';
import type { Unit } from './unit.ts';

/** The balancers of a server, in the words of units: each is a service of its own, of no version. */
export async function observeBalancers(
  engine: Pick<EngineReader, 'listContainers' | 'listSwarmServices' | 'listTasks'>,
  server: string,
  { kind, facts }: Observation,
): Promise<readonly Unit[]> {
  const labels = { [label.server]: server, [label.balancer]: '' };
  const nobody: ReadonlySet<string> = new Set();
  if (kind === 'engine') {
    const rows = await engine.listContainers({ all: true, labels });
    return rows.map((row) => ({
      ...engineUnit(
        row,
        { service: row.name, version: 0, instance: 1 },
        { engine: facts.id, network: '', steady: nobody },
      ),
      name: row.name,
    }));
  }
  const [services, tasks] = await Promise.all([
    engine.listSwarmServices(labels),
    engine.listTasks({ labels, desired: ['ready', 'running'] }),
  ]);
  return services.flatMap((service) =>
    tasks
      .filter(({ serviceId }) => serviceId === service.id)
      .map((task, index) => {
        const of = { service: service.name, version: 0 };
        const unit = taskUnit(task, { of, labels: service.labels }, nobody);
        return { ...unit, instance: index + 1, name: `${service.name}-${String(index + 1)}` };
      }),
  );
}
