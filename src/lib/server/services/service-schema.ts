import type { Schema } from '../http/route.ts';
import { imagePattern } from '../../image-reference.ts';

/** JSON Schemas of the bodies of the service directory; validation and the API's description come from them. */

/** No system takes the character NUL in arguments, variables and paths. */
const withoutNul = String.raw`^[^\0]*$`;
const pattern = { type: 'string', maxLength: 256, pattern: String.raw`^[\w.*?[\]!^-]*$` };

const port = {
  type: 'object',
  required: ['container'],
  properties: {
    container: { type: 'integer', minimum: 1, maximum: 65_535 },
    host: { type: ['integer', 'null'], minimum: 0, maximum: 65_535, description: '0 and null: none' },
  },
};

const word = { type: 'string', pattern: withoutNul };
const words = { type: ['string', 'array'], items: word, maxItems: 1024, maxLength: 65_536, pattern: withoutNul };
const time = { type: ['string', 'number'], maxLength: 32 };
export const healthcheck = {
  type: ['string', 'array', 'object'],
  items: word,
  pattern: withoutNul,
  properties: {
    test: words,
    interval: time,
    timeout: time,
    start_period: time,
    retries: { type: 'integer', minimum: 1, maximum: 1000 },
    disable: { type: 'boolean' },
  },
  description: 'tells when a unit is ready: a command, or an object as in run.conf',
};

export const repository = { type: 'string', minLength: 1, maxLength: 512, pattern: imagePattern };
const serviceName = {
  type: 'string',
  minLength: 3,
  maxLength: 40,
  pattern: '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$',
};

/** Of the service itself: they are in no configuration. */
export const baseProperties = {
  name: serviceName,
  description: { type: 'string', maxLength: 4096 },
  dockerRepository: { ...repository, description: 'repository of its image' },
};

const configProperties = {
  publicFacing: { type: 'boolean', description: 'reached by its name on the public port' },
  loadBalanced: { type: 'boolean', description: 'the same as publicFacing' },
  numInstances: { type: 'integer', minimum: 1, maximum: 1000, description: 'units; 1 if not given' },
  ports: { type: 'array', maxItems: 64, items: port, description: 'of its containers, and of each host' },
  env: {
    type: 'object',
    maxProperties: 1024,
    propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
    additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 131_072, pattern: withoutNul },
    description: 'environment variables',
  },
  volume: {
    type: 'object',
    maxProperties: 64,
    propertyNames: { pattern: String.raw`^(/[^:\0]*|[A-Za-z0-9][A-Za-z0-9_.-]*)$`, maxLength: 1024 },
    additionalProperties: { type: 'string', maxLength: 1024, pattern: String.raw`^/[^:\0]*(:ro)?$` },
    description: 'path of the host or name of a volume: path in the container, with :ro read-only',
  },
  autoDeploy: { enum: ['always', 'never', 'true', 'false', true, false], description: 'whether a push deploys' },
  conflictsWith: { ...pattern, description: 'not on a host with a unit of a service of such a name' },
  mustShareWith: { ...pattern, description: 'on a host with a unit of a service of such a name' },
  healthcheck,
  user: { type: 'string', maxLength: 256, description: 'without effect' },
};

export const createSchema: Schema = {
  type: 'object',
  required: ['name'],
  properties: {
    ...baseProperties,
    dockerImage: { ...repository, description: 'the same as dockerRepository' },
    ...configProperties,
  },
};

export const servicePatchSchema: Schema = {
  type: 'object',
  properties: { description: baseProperties.description, dockerRepository: baseProperties.dockerRepository },
};

export const configPatchSchema: Schema = { type: 'object', properties: configProperties };
