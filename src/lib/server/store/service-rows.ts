import { definedOnly } from '../../defined.ts';
import { isEnded, type Deployment, type DeploymentState } from '../deploy/deployment.ts';
import type { NewService, Service, ServiceConfig, ServiceVersion } from '../services/service.ts';
import type { Row, Values } from './database.ts';

type Details = Omit<Deployment, 'id' | 'service' | 'version' | 'state' | 'createdAt'>;

export function toService(row: Row): Service {
  const { name, description, repository, config, created_at: createdAt, modified_at: modifiedAt } = row;
  return {
    name: String(name),
    ...definedOnly({ description: typeof description === 'string' ? description : undefined }),
    dockerRepository: String(repository),
    config: configIn(config),
    createdAt: Number(createdAt),
    modifiedAt: Number(modifiedAt),
  };
}

export function serviceValues({ name, description, dockerRepository, config }: NewService) {
  return {
    name,
    description: description ?? null,
    repository: dockerRepository,
    repository_key: repositoryKey(dockerRepository),
    config: JSON.stringify(config),
  } as const satisfies Values;
}

/** Equal for all spellings of a repository: without tag and digest, `docker.io/` and `library/`. */
export function repositoryKey(repository: string): string {
  const [name = ''] = repository.split('@', 1);
  const tag = name.indexOf(':', name.lastIndexOf('/') + 1);
  const bare = tag === -1 ? name : name.slice(0, tag);
  return bare.replace(/^(?:(?:index|registry-1)\.)?docker\.io\//, '').replace(/^library\//, '');
}

/** A row of versions with the name of the service. */
export function toVersion(row: Row): ServiceVersion {
  return {
    service: String(row['name']),
    version: Number(row['number']),
    image: String(row['image']),
    config: configIn(row['config']),
    createdAt: Number(row['created_at']),
    ...definedOnly({ pushedAt: numberIn(row['pushed_at']), rollbackOf: numberIn(row['rollback_of']) }),
  };
}

export function versionValues({ version, image, config, createdAt, pushedAt, rollbackOf }: ServiceVersion) {
  return {
    number: version,
    image,
    config: JSON.stringify(config),
    created_at: createdAt,
    pushed_at: pushedAt ?? null,
    rollback_of: rollbackOf ?? null,
  } as const satisfies Values;
}

/** A row of deployments with the name of the service. */
export function toDeployment(row: Row): Deployment {
  return {
    id: String(row['id']),
    service: String(row['name']),
    version: Number(row['version']),
    state: String(row['state']) as DeploymentState,
    createdAt: Number(row['created_at']),
    ...(JSON.parse(String(row['details'])) as Details),
  };
}

/** What of a deployment changes. */
export function deploymentValues(deployment: Deployment): readonly [state: string, isOver: number, details: string] {
  const { id: _id, service: _service, version: _version, state, createdAt: _createdAt, ...details } = deployment;
  return [state, isEnded(deployment) ? 1 : 0, JSON.stringify(details)];
}

export function configIn(value: unknown): ServiceConfig {
  return JSON.parse(String(value)) as ServiceConfig;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
