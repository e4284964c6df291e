import { EngineError, NotFound } from '../../errors.ts';
import type { ContainerConfig } from '../container-config.ts';
import type { LabelFilter, SwarmPlacement, SwarmServiceRow } from '../engine.ts';
import type { Connection } from '../connection/connection.ts';
import { call, callJson } from '../connection/http.ts';
import { labelFilter, segment } from '../connection/request.ts';
import type { RegistryCredentials } from '../connection/registry-credentials.ts';
import { list, number, object, optional, record, text, type Shaped } from '../shape.ts';
import { serviceBody } from './swarm-request.ts';

const rawService = object({
  ID: text,
  Version: object({ Index: number }),
  Spec: object({
    Name: text,
    Labels: optional(record(text)),
    Mode: object({ Replicated: optional(object({ Replicas: optional(number) })) }),
    TaskTemplate: object({ ContainerSpec: optional(object({ Image: text })) }),
  }),
  ServiceStatus: optional(object({ RunningTasks: number, DesiredTasks: number })),
});
type RawService = Shaped<typeof rawService>;

export async function listSwarmServices(
  connection: Connection,
  labels?: LabelFilter,
): Promise<readonly SwarmServiceRow[]> {
  const rows = await listRaw(connection, labels);
  return rows.map(({ ID, Version, Spec, ServiceStatus }) => ({
    id: ID,
    name: Spec.Name,
    version: Version.Index,
    replicas: Spec.Mode.Replicated?.Replicas ?? ServiceStatus?.DesiredTasks ?? 0,
    running: ServiceStatus?.RunningTasks ?? 0,
    // The manager appends the digest that it resolved.
    image: (Spec.TaskTemplate.ContainerSpec?.Image ?? '').replace(/@sha256:.*$/, ''),
    labels: Spec.Labels ?? {},
  }));
}

export async function createSwarmService(
  connection: Connection,
  credentials: RegistryCredentials,
  name: string,
  config: ContainerConfig,
  placement: SwarmPlacement,
): Promise<{ readonly id: string }> {
  const { ID } = await callJson(connection, object({ ID: text }), {
    step: `create Swarm service ${name}`,
    method: 'POST',
    path: '/services/create',
    body: serviceBody(name, config, placement),
    headers: await loginHeader(credentials, config.image),
  });
  return { id: ID };
}

/** `version` is that of the service when it was read: the manager refuses to update a service that changed since. */
export async function updateSwarmService(
  connection: Connection,
  credentials: RegistryCredentials,
  id: string,
  version: number,
  name: string,
  config: ContainerConfig,
  placement: SwarmPlacement,
): Promise<void> {
  await call(connection, {
    step: `update Swarm service ${name}`,
    method: 'POST',
    path: `/services/${segment(id)}/update`,
    query: { version },
    body: serviceBody(name, config, placement),
    headers: await loginHeader(credentials, config.image),
  });
}

export async function removeSwarmService(connection: Connection, id: string): Promise<void> {
  await call(connection, { step: `remove Swarm service ${id}`, method: 'DELETE', path: `/services/${segment(id)}` });
}

async function listRaw(connection: Connection, labels?: LabelFilter): Promise<readonly RawService[]> {
  try {
    return await callJson(connection, list(rawService), {
      step: 'list Swarm services',
      method: 'GET',
      path: '/services',
      query: { status: true, filters: labelFilter(labels) },
    });
  } catch (error) {
    // 503: not a manager. 404: an engine without Swarm.
    if (error instanceof NotFound || (error instanceof EngineError && error.code === 'ENGINE_UNAVAILABLE')) return [];
    throw error;
  }
}

/** The nodes pull the image with this login. */
async function loginHeader(credentials: RegistryCredentials, image: string): Promise<Readonly<Record<string, string>>> {
  const login = await credentials.find(image);
  return login === undefined ? {} : { 'X-Registry-Auth': Buffer.from(JSON.stringify(login)).toString('base64url') };
}
