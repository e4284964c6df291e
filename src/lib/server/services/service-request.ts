import { definedOnly } from '../../defined.ts';
import { HttpError } from '../http/http-error.ts';
import { parseSeconds } from '../../project/conf/quantities.ts';
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

export interface ServicePatch {
  readonly description?: string;
  readonly dockerRepository?: string;
}

/** In this order, which clients may see. */
const usualConfig: ServiceConfig = { publicFacing: false, numInstances: 1, ports: [], env: {}, volume: {} };
const knownKeys = new Set(Object.keys(configPatchSchema['properties'] as object));
const knownPortKeys: ReadonlySet<string> = new Set(['container', 'host']);
const knownCheckKeys: ReadonlySet<string> = new Set(Object.keys(healthcheckSchema.properties));
/** Lists of words that are checks begin with one of them. */
const checkKinds: ReadonlySet<unknown> = new Set(['CMD', 'CMD-SHELL', 'NONE']);

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
  const { ports, healthcheck } = body as { readonly ports?: readonly SentPort[]; readonly healthcheck?: unknown };
  checkWords(healthcheck, '/healthcheck');
  checkWords(objectIn(healthcheck)['test'], '/healthcheck/test');
  checkTimes(objectIn(healthcheck));
  return ports === undefined ? body : { ...body, ports: ports.map(readPort) };
}

/** Some clients say that there is no port of the host by 0 or null. */
function readPort(sent: SentPort): ServicePort {
  const { host, ...rest } = sent;
  return (host === 0 || host === null ? rest : sent) as unknown as ServicePort;
}

const times = ['interval', 'timeout', 'start_period'] as const;

/** An engine never runs a check that begins with another word: the units would not be ready. Empty: the image's. */
function checkWords(words: unknown, path: string): void {
  if (!Array.isArray(words) || words.length === 0) return;
  if (!checkKinds.has(words[0])) throw invalid(path, 'must begin with "CMD", "CMD-SHELL" or "NONE"');
  if (words[0] !== 'NONE' && words.length === 1) throw invalid(path, 'must have a command');
}

function checkTimes(healthcheck: Body): void {
  for (const name of times) {
    const value = healthcheck[name];
    if (value !== undefined && parseSeconds(value as string | number) === undefined)
      throw invalid(`/healthcheck/${name}`, 'must be a time such as 30s');
  }
}

function objectIn(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

function invalid(path: string, message: string): HttpError {
  return new HttpError(400, `${path} ${message}`, { details: [{ path, message }] });
}
