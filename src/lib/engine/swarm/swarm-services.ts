import { EngineError, ignoreNotFound, NotFound } from '../../errors.ts';
import type { SwarmMode } from '../../model/desired.ts';
import type { ContainerConfig } from '../container-config.ts';
import type { LabelFilter, ServicePlacement, SwarmServiceRow } from '../engine.ts';
import type { Connection } from '../connection/connection.ts';
import { call, callJson } from '../connection/http.ts';
import { labelFilter, segment } from '../connection/request.ts';
import type { RegistryCredentials, RegistryLogin } from '../connection/registry-credentials.ts';
import { list, number, object, optional, record, text, type Shaped } from '../shape.ts';
import { serviceBody } from './swarm-request.ts';

const rawPort = object({ Protocol: optional(text), PublishedPort: optional(number), PublishMode: optional(text) });
const rawService = object({
  ID: text,
  Version: object({ Index: number }),
  CreatedAt: text,
  Spec: object({
    Name: text,
    Labels: optional(record(text)),
    Mode: object({ Replicated: optional(object({ Replicas: optional(number) })), Global: optional(object({})) }),
    TaskTemplate: object({ ContainerSpec: optional(object({ Image: text })) }),
  }),
  Endpoint: optional(object({ Ports: optional(list(rawPort)) })),
  ServiceStatus: optional(object({ RunningTasks: number, DesiredTasks: number })),
});
type RawService = Shaped<typeof rawService>;

export async function listSwarmServices(
  connection: Connection,
  labels?: LabelFilter,
): Promise<readonly SwarmServiceRow[]> {
  return (await listRaw(connection, labels)).map(toRow);
}

export async function findSwarmService(connection: Connection, idOrName: string): Promise<SwarmServiceRow | undefined> {
  const service = await callJson(connection, rawService, {
    step: `inspect Swarm service ${idOrName}`,
    method: 'GET',
    path: `/services/${segment(idOrName)}`,
  }).catch(ignoreNotFound);
  return service && toRow(service);
}

function toRow({ ID, Version, CreatedAt, Spec, Endpoint, ServiceStatus }: RawService): SwarmServiceRow {
  const mode = modeOf(Spec.Mode);
  const published = (Endpoint?.Ports ?? []).flatMap(publishedPort);
  return {
    id: ID,
    name: Spec.Name,
    version: Version.Index,
    mode,
    replicas: mode === 'global' ? (ServiceStatus?.DesiredTasks ?? 0) : mode.replicated,
    running: ServiceStatus?.RunningTasks ?? 0,
    // The manager appends the digest that it resolved.
    image: (Spec.TaskTemplate.ContainerSpec?.Image ?? '').replace(/@sha256:.*$/, ''),
    created: CreatedAt,
    labels: Spec.Labels ?? {},
    ...(published.length === 0 ? {} : { published }),
  };
}

function publishedPort({
  Protocol = 'tcp',
  PublishedPort = 0,
  PublishMode,
}: Shaped<typeof rawPort>): NonNullable<SwarmServiceRow['published']> {
  if (Protocol !== 'tcp' || PublishedPort === 0) return [];
  return [{ host: PublishedPort, mode: PublishMode === 'host' ? 'host' : 'ingress' }];
}

function modeOf({ Replicated, Global }: RawService['Spec']['Mode']): SwarmMode {
  return Global === undefined ? { replicated: Replicated?.Replicas ?? 0 } : 'global';
}

export async function createSwarmService(
  connection: Connection,
  credentials: RegistryCredentials,
  name: string,
  config: ContainerConfig,
  placement: ServicePlacement,
  login?: RegistryLogin,
): Promise<{ readonly id: string }> {
  const { ID } = await callJson(connection, object({ ID: text }), {
    step: `create Swarm service ${name}`,
    method: 'POST',
    path: '/services/create',
    body: serviceBody(name, config, placement),
    headers: login === undefined ? await ownLogin(credentials, config.image) : loginHeader(login),
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
  placement: ServicePlacement,
): Promise<void> {
  await call(connection, {
    step: `update Swarm service ${name}`,
    method: 'POST',
    path: `/services/${segment(id)}/update`,
    query: { version },
    body: serviceBody(name, config, placement),
    headers: await ownLogin(credentials, config.image),
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

type Headers = Readonly<Record<string, string>>;

async function ownLogin(credentials: RegistryCredentials, image: string): Promise<Headers> {
  const login = await credentials.find(image);
  return login === undefined ? {} : loginHeader(login);
}

/** The nodes pull the image with this login. Engines want the padding, which Node leaves out in this alphabet. */
function loginHeader(login: RegistryLogin): Headers {
  const text = Buffer.from(JSON.stringify(login)).toString('base64');
  return { 'X-Registry-Auth': text.replaceAll('+', '-').replaceAll('/', '_') };
}
