import { cutAt } from '../../cut-text.ts';
import { definedOnly } from '../../defined.ts';
import { taskStates, type ObservedTask } from '../../model/observed-state.ts';
import type { Connection } from '../connection/connection.ts';
import { callJson } from '../connection/http.ts';
import { labelTexts } from '../connection/request.ts';
import type { TaskQuery } from '../requests.ts';
import { list, number, object, oneOf, optional, text, type Shaped } from '../shape.ts';

const rawTask = object({
  ID: text,
  ServiceID: text,
  Slot: optional(number),
  NodeID: optional(text),
  DesiredState: oneOf(...taskStates),
  NetworksAttachments: optional(list(object({ Addresses: optional(list(text)) }))),
  Status: object({
    Timestamp: text,
    State: oneOf(...taskStates),
    Message: optional(text),
    Err: optional(text),
    ContainerStatus: optional(object({ ContainerID: optional(text), ExitCode: optional(number) })),
  }),
});

export async function listTasks(connection: Connection, query: TaskQuery): Promise<readonly ObservedTask[]> {
  const tasks = await callJson(connection, list(rawTask), {
    step: 'list the tasks of the Swarm',
    method: 'GET',
    path: '/tasks',
    query: { filters: filtersOf(query) },
  });
  return tasks.map(toTask);
}

function filtersOf({ services, labels, desired }: TaskQuery): string {
  return JSON.stringify(definedOnly({ service: services, label: labelTexts(labels), 'desired-state': desired }));
}

const ended: ReadonlySet<string> = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);

function toTask(task: Shaped<typeof rawTask>): ObservedTask {
  const { ID, ServiceID, Slot, NodeID, DesiredState, Status } = task;
  const { ContainerID, ExitCode } = Status.ContainerStatus ?? {};
  return {
    id: ID,
    serviceId: ServiceID,
    state: Status.State,
    desired: DesiredState,
    message: Status.Message ?? '',
    since: Status.Timestamp,
    ...definedOnly({
      slot: Slot,
      nodeId: given(NodeID),
      address: addressOf(task),
      containerId: given(ContainerID),
      error: given(Status.Err),
      // Nodes send no code for it.
      lacksImage: Status.State === 'rejected' && Status.Err?.startsWith('No such image: ') === true ? true : undefined,
      // The engine sends 0 also for a container that still runs, or that never did.
      exitCode: ended.has(Status.State) && given(ContainerID) !== undefined ? ExitCode : undefined,
    }),
  };
}

/** From `10.0.1.5/24`. */
function addressOf({ NetworksAttachments }: Shaped<typeof rawTask>): string | undefined {
  const [address] = NetworksAttachments?.flatMap(({ Addresses }) => Addresses ?? []) ?? [];
  return address === undefined ? undefined : cutAt(address, '/');
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
