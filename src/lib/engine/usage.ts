import type { ContainerUsage } from './engine.ts';
import type { Connection } from './connection/connection.ts';
import { callJson } from './connection/http.ts';
import { segment } from './connection/request.ts';
import { number, object, optional, record } from './shape.ts';

const rawStats = object({
  cpu_stats: optional(object({ cpu_usage: optional(object({ total_usage: optional(number) })) })),
  memory_stats: optional(object({ usage: optional(number), stats: optional(record(number)) })),
});

/** One look, for which the engine does not wait. */
export async function readUsage(connection: Connection, id: string): Promise<ContainerUsage> {
  const { cpu_stats: cpu, memory_stats: memory } = await callJson(connection, rawStats, {
    step: `read what container ${id} uses`,
    method: 'GET',
    path: `/containers/${segment(id)}/stats`,
    query: { stream: false, 'one-shot': true },
  });
  // Under the name of cgroups of version 2, else of version 1.
  const droppable = memory?.stats?.['inactive_file'] ?? memory?.stats?.['total_inactive_file'] ?? 0;
  return {
    cpuSeconds: (cpu?.cpu_usage?.total_usage ?? 0) / 1e9,
    memoryBytes: Math.max(0, (memory?.usage ?? 0) - droppable),
  };
}
