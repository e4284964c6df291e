import { definedOnly } from '../../defined.ts';
import { invalid } from './invalid.ts';
import { readHealthcheck } from './read-healthcheck.ts';
import { checkHostPorts, checkVolumeTargets } from './repeated-places.ts';
import type { NewService, ServiceConfig, ServicePort } from './service.ts';
import { baseProperties, configPatchSchema, healthcheck as healthcheckSchema } from './service-schema.ts';

type Body = Readonly<Record<string, unknown>>;

interface CreateBody extends Body {
  readonly name: string;
  readonly description?: string;
  readonly dockerRepository?: string;
  readonly dockerImage?: string;
}

interface SentPort extends Body {
  readonly host?: number | null;
}

interface SentConfig {
  readonly ports?: readonly SentPort[];
  readonly healthcheck?: unknown;
  readonly volume?: ServiceConfig['volume'];
}

export interface ServicePatch {
  readonly description?: string;
  readonly dockerRepository?: string;
}

/** In this order, which clients may see. */
const usualConfig: ServiceConfig = { publicFacing: false, numInstances: 1, ports: [], env: {}, volume: {} };
const knownKeys = new Set(Object.keys(configPatchSchema['properties'] as object));
const knownPortKeys: ReadonlySet<string> = new Set(['container', 'host']);
const knownCheckKeys: ReadonlySet<string> = new Set(Object.keys(healthcheckSchema.properties));

/** The service that a body describes which the schema allows. Throws where there is no repository. */
export function readService(body: unknown): NewService {
  const { name, description, dockerRepository, dockerImage, ...config } = body as CreateBody;
  const repository = dockerRepository ?? dockerImage;
  if (repository === undefined) throw invalid('/dockerRepository', 'is missing');
  return {
    name,
    ...definedOnly({ description }),
    dockerRepository: repository,
    config: { ...usualConfig, ...readConfig(config) },
  };
}

/** Keys of a configuration that take the place of those that are there. Throws where one is of the service itself. */
export function readConfigPatch(body: unknown): Partial<ServiceConfig> {
  for (const key of [...Object.keys(baseProperties), 'dockerImage'])
    if (Object.hasOwn(body as Body, key)) throw invalid(`/${key}`, 'is not part of the configuration');
  return readConfig(body as Body);
}

/** Throws where there is anything else. */
export function readServicePatch(body: unknown): ServicePatch {
  const { description, dockerRepository, ...others } = body as ServicePatch;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid(`/${other}`, 'cannot be changed here');
  return definedOnly({ description, dockerRepository });
}

/** Keys that are kept though nothing reads them. */
export function warningsOf(config: Partial<ServiceConfig>): readonly string[] {
  const keys = Object.keys(config).filter((key) => !knownKeys.has(key));
  const portKeys = (config.ports ?? []).flatMap((port, index) =>
    Object.keys(port)
      .filter((key) => !knownPortKeys.has(key))
      .map((key) => `ports/${String(index)}/${key}`),
  );
  const checkKeys = Object.keys(objectIn(config.healthcheck))
    .filter((key) => !knownCheckKeys.has(key))
    .map((key) => `healthcheck/${key}`);
  return [...keys, ...portKeys, ...checkKeys].map((key) => `unknown key "${key}"`);
}

function readConfig(body: Body): Partial<ServiceConfig> {
  const { ports, healthcheck, volume } = body as SentConfig;
  if (volume !== undefined) checkVolumeTargets(volume);
  const readPorts = ports?.map(readPort);
  if (readPorts !== undefined) checkHostPorts(readPorts);
  return {
    ...body,
    ...(readPorts && { ports: readPorts }),
    ...(healthcheck !== undefined && { healthcheck: readHealthcheck(healthcheck) }),
  };
}

/** Some clients say that there is no port of the host by 0 or null. */
function readPort(sent: SentPort): ServicePort {
  const { host, ...rest } = sent;
  return (host === 0 || host === null ? rest : sent) as unknown as ServicePort;
}

function objectIn(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}
