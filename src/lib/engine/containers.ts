import { definedOnly } from '../defined.ts';
import { Conflict } from '../errors.ts';
import type { ContainerConfig } from './container-config.ts';
import { createBody } from './container-request.ts';
import type { ContainerDetail, ContainerRow, LabelFilter, RestartPolicy } from './engine.ts';
import { rawDetail, rawRow, toDetail, toRow } from './parse-container.ts';
import { restartPolicy } from './restart-policy.ts';
import { list, number, object, optional, record, text } from './shape.ts';
import { nameFor, noteName } from './container-names.ts';
import type { Connection } from './connection/connection.ts';
import { call, callJson } from './connection/http.ts';
import { labelFilter, segment } from './connection/request.ts';

/** One call: a row of the list has everything that plans and `ps` need. */
export async function listContainers(
  connection: Connection,
  query: { readonly all: boolean; readonly labels?: LabelFilter },
): Promise<readonly ContainerRow[]> {
  const rows = await callJson(connection, list(rawRow), {
    step: 'list containers',
    method: 'GET',
    path: '/containers/json',
    query: { all: query.all, filters: labelFilter(query.labels) },
  });
  return rows.map(toRow).map(withNotedName);
}

export async function inspectContainer(connection: Connection, id: string): Promise<ContainerDetail> {
  return withNotedName(
    toDetail(
      await callJson(connection, rawDetail, {
        step: `inspect container ${nameFor(id)}`,
        method: 'GET',
        path: `/containers/${segment(id)}/json`,
      }),
    ),
  );
}

function withNotedName<T extends ContainerRow>(container: T): T {
  noteName(container.id, container.name);
  return container;
}

/** With everything that the engine says. */
export async function inspectDocument(connection: Connection, id: string): Promise<object> {
  return callJson(
    connection,
    record<unknown>((value) => value),
    {
      step: `inspect container ${nameFor(id)}`,
      method: 'GET',
      path: `/containers/${segment(id)}/json`,
    },
  );
}

const created = object({ Id: text, Warnings: optional(list(text)) });

export async function createContainer(
  connection: Connection,
  name: string,
  config: ContainerConfig,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const { platform } = config.runtime;
  const { Id, Warnings } = await callJson(connection, created, {
    step: `create container ${name}`,
    method: 'POST',
    path: '/containers/create',
    query: { name, platform },
    body: createBody(config),
  });
  noteName(Id, name);
  return { id: Id, warnings: Warnings ?? [] };
}

export async function startContainer(connection: Connection, id: string): Promise<void> {
  await call(connection, {
    step: `start container ${nameFor(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/start`,
  });
}

export async function pauseContainer(connection: Connection, id: string): Promise<void> {
  await changePause(connection, id, 'pause');
}

export async function unpauseContainer(connection: Connection, id: string): Promise<void> {
  await changePause(connection, id, 'unpause');
}

/** Engines before 28 answer 500 to what later ones call a conflict: so the container's state decides. */
async function changePause(connection: Connection, id: string, what: 'pause' | 'unpause'): Promise<void> {
  const step = `${what} container ${nameFor(id)}`;
  await call(connection, { step, method: 'POST', path: `/containers/${segment(id)}/${what}` }).catch(
    async (error: unknown) => {
      const { state } = await inspectContainer(connection, id);
      if (state === (what === 'pause' ? 'running' : 'paused')) throw error;
      throw new Conflict(`${step}: it is ${state}`, { code: 'CONFLICT', cause: error });
    },
  );
}

/** When the container's own stop timeout holds, which this call does not know. */
const unknownStopLimitMs = 600_000;
/** For the engine's work after the container has ended. */
const cleanUpMs = 120_000;

export async function stopContainer(connection: Connection, id: string, seconds?: number): Promise<void> {
  await call(connection, {
    step: `stop container ${nameFor(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/stop`,
    query: { t: seconds },
    limitMs: stopLimitMs(seconds),
  });
}

/** How long the call may take; `seconds` is what the container gets before it is killed. */
export function stopLimitMs(seconds: number | undefined): number {
  return seconds === undefined ? unknownStopLimitMs : seconds * 1000 + cleanUpMs;
}

export async function renameContainer(connection: Connection, id: string, name: string): Promise<void> {
  await call(connection, {
    step: `rename container ${nameFor(id)} to ${name}`,
    method: 'POST',
    path: `/containers/${segment(id)}/rename`,
    query: { name },
  });
  noteName(id, name);
}

export async function setRestartPolicy(connection: Connection, id: string, restart: RestartPolicy): Promise<void> {
  await call(connection, {
    step: `set restart policy of container ${nameFor(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/update`,
    body: { RestartPolicy: restartPolicy(restart) },
  });
}

export async function removeContainer(
  connection: Connection,
  id: string,
  options: { readonly force?: boolean; readonly volumes?: boolean } = {},
): Promise<void> {
  await call(connection, {
    step: `remove container ${nameFor(id)}`,
    method: 'DELETE',
    path: `/containers/${segment(id)}`,
    query: { force: options.force, v: options.volumes },
  });
}

export async function waitContainer(
  connection: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<{ readonly exitCode: number }> {
  const { StatusCode } = await callJson(connection, object({ StatusCode: number }), {
    step: `wait for container ${nameFor(id)}`,
    method: 'POST',
    path: `/containers/${segment(id)}/wait`,
    limitMs: 0,
    ...definedOnly({ signal }),
  });
  return { exitCode: StatusCode };
}
