import { imagePattern } from '../../image-reference.ts';

/** JSON Schema of a request to run a job; validation and the API's description come from it. */
const texts = {
  type: 'object',
  maxProperties: 256,
  additionalProperties: { type: 'string', maxLength: 32_768 },
} as const;

export const minMemory = 6;
export const maxMemory = 1_048_576;

export const runSchema = {
  type: 'object',
  required: ['command', 'image'],
  properties: {
    image: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      pattern: imagePattern,
      description: 'image that the node pulls or has',
    },
    command: {
      type: 'string',
      minLength: 1,
      maxLength: 65_536,
      description: 'split into words as a shell does, without expansion; runs in the place of the entrypoint',
    },
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      description: 'name of the Swarm service; with a schedule, each run appends its number',
    },
    memory: {
      type: 'number',
      minimum: minMemory,
      maximum: maxMemory,
      description: 'MB, reserved and at the same time the limit',
    },
    labels: { ...texts, description: 'on the service and on its container' },
    env: {
      ...texts,
      propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      description: 'environment variables',
    },
    constraints: {
      type: 'array',
      maxItems: 32,
      items: { type: 'string', minLength: 3, maxLength: 256, pattern: '^[a-z][A-Za-z0-9_.-]* *(==|!=) *.+$' },
      description: 'of the Swarm: node.labels.disk==ssd',
    },
    auth: {
      type: 'string',
      maxLength: 65_536,
      description: 'login for the registry: JSON with username and password as base64',
    },
    timeout: { type: 'integer', minimum: 1, maximum: 31_536_000, description: 'seconds that a run may take' },
    retries: { type: 'integer', minimum: 0, maximum: 10, description: 'how often a run that failed is tried again' },
    schedule: { type: 'string', maxLength: 128, description: 'five fields of cron' },
    timezone: { type: 'string', maxLength: 64, description: 'of the schedule; UTC if not given' },
    concurrency: {
      type: 'string',
      enum: ['forbid', 'allow'],
      description: 'whether a run may start while another one is not over; forbid if not given',
    },
  },
} as const;

/** A body that the schema allows. */
export interface RunBody {
  readonly image: string;
  readonly command: string;
  readonly name?: string;
  readonly memory?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly constraints?: readonly string[];
  readonly auth?: string;
  readonly timeout?: number;
  readonly retries?: number;
  readonly schedule?: string;
  readonly timezone?: string;
  readonly concurrency?: 'forbid' | 'allow';
}
