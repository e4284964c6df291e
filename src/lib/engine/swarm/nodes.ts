import type { ObservedNode } from '../../model/observed-state.ts';
import type { Connection } from '../connection/connection.ts';
import { callJson } from '../connection/http.ts';
import { list, number, object, oneOf, optional, record, text, type Shaped } from '../shape.ts';

const rawNode = object({
  ID: text,
  Spec: object({
    Role: oneOf('manager', 'worker'),
    Availability: oneOf('active', 'pause', 'drain'),
    Labels: optional(record(text)),
  }),
  // A node that is joining has not described itself yet.
  Description: optional(
    object({
      Hostname: optional(text),
      Resources: optional(object({ NanoCPUs: optional(number), MemoryBytes: optional(number) })),
      Engine: optional(object({ EngineVersion: optional(text) })),
    }),
  ),
  Status: object({ State: oneOf('unknown', 'down', 'ready', 'disconnected'), Addr: optional(text) }),
});

export async function listNodes(connection: Connection): Promise<readonly ObservedNode[]> {
  const call = { step: 'list the nodes of the Swarm', method: 'GET', path: '/nodes' } as const;
  return (await callJson(connection, list(rawNode), call)).map(toNode);
}

function toNode({ ID, Spec, Description, Status }: Shaped<typeof rawNode>): ObservedNode {
  const { Hostname, Resources, Engine } = Description ?? {};
  return {
    id: ID,
    hostname: Hostname ?? ID,
    address: Status.Addr ?? '',
    role: Spec.Role,
    availability: Spec.Availability,
    state: Status.State,
    cpus: (Resources?.NanoCPUs ?? 0) / 1e9,
    memoryBytes: Resources?.MemoryBytes ?? 0,
    engineVersion: Engine?.EngineVersion ?? '',
    labels: Spec.Labels ?? {},
  };
}
