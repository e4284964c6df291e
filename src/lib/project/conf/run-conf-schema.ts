import { forEachSwitch, instanceTypes } from '../../switches.ts';
import type { EntryValues } from './run-conf-entry.ts';

/** The part of JSON Schema that we use. Unions are by type alone, so that an error always belongs to one thing. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
const texts = (description: string, more: Schema = {}): Schema => ({
  type: 'array',
  description,
  items: { type: 'string' },
  ...more,
});
const textOrTexts = (description: string, more: Schema = {}): Schema => ({
  type: ['string', 'array'],
  description,
  items: { type: 'string' },
  ...more,
});
const pairsOrTexts = (description: string, more: Schema = {}): Schema => ({
  type: ['object', 'array'],
  description,
  items: { type: 'string' },
  additionalProperties: { type: ['string', 'number'] },
  ...more,
});
const bytes = (description: string): Schema => ({
  type: ['string', 'integer'],
  description,
  pattern: '^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$',
  minimum: 0,
  examples: ['512m', '2g'],
});
const duration = (description: string): Schema => ({
  type: ['string', 'number'],
  description,
  pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
  minimum: 0,
  examples: ['30s', '1m30s'],
});
const variableName: Schema = { pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$', examples: ['DB_HOST'] };
const capability: Schema = { type: 'string', pattern: '^[A-Za-z_]+$', examples: ['NET_ADMIN'] };
const secretName = '^[A-Za-z0-9][A-Za-z0-9_.-]*$';
const portForm = '^(((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{0,5}(-\\d{1,5})?:)?\\d{1,5}(-\\d{1,5})?(/(tcp|udp))?$';

const properties = {
  service: text('Name of the folder under services/, of a base service, or, with "image", any name.', {
    examples: ['web'],
  }),
  instance: {
    type: ['string', 'null'],
    description: 'Name of the instance. null: one instance with a name made up for it.',
    examples: ['one'],
  },
  instance_type: text("Row of default switches. Default: the instance's name if it is one of these, else standard.", {
    enum: instanceTypes,
  }),
  ...forEachSwitch((_, { does }) => flag(sentence(does))),
  group: text('For run:group=… and clean:group=….'),
  links: {
    type: 'array',
    description:
      'Other instances of the project that this one reaches by a name of its own, with <NAME>_SERVICE_IP set.',
    items: {
      type: ['string', 'object'],
      pattern: '^[^:\\s]+:[^:\\s]+$',
      examples: ['postgres-master:db', { name: 'db', service: 'postgres', instance: null }],
      properties: {
        name: text('The name for the linking instance; DB gives DB_SERVICE_IP.', {
          pattern: '^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$',
          examples: ['db'],
        }),
        service: text('Service linked to; * stands for any text.'),
        instance: { type: ['string', 'null'], description: 'Instance linked to; null: any that runs.' },
      },
      required: ['name', 'service'],
      additionalProperties: false,
    },
  },
  env_vars: {
    type: 'object',
    description: 'Environment variables. null: must be supplied by the environment or host.conf.',
    propertyNames: variableName,
    additionalProperties: { type: ['string', 'number', 'null'] },
  },
  sleep: {
    type: 'number',
    minimum: 0,
    examples: [2],
    description: 'Seconds to wait after it is ready, before what depends on it.',
  },
  volumes: textOrTexts(
    'Mounts, as "source:target" or "source:target:ro"; $PROJECT_DIR is the project\'s directory. A path has to be there: the engine makes none.',
    { examples: ['$PROJECT_DIR/conf:/conf:ro'] },
  ),
  hostname: text('Host name inside; not the name in the DNS.'),
  autostart: flag('False: not started by run:all.'),
  autorun: flag('The same as autostart.'),
  network_mode: text('Use the network of the host.', { enum: ['nethost', 'host'] }),
  nethost: flag('True: the same as network_mode "host".'),
  seed_command: textOrTexts("Command to run in place of the image's.", { examples: ['supervisord'] }),
  image: text('Image of a registry, for a service without a folder.', { examples: ['postgres:17'] }),
  ports: {
    type: 'array',
    description: 'Ports to publish, in place of EXPOSE.',
    items: {
      type: ['string', 'integer'],
      pattern: portForm,
      minimum: 1,
      maximum: 65535,
      examples: ['8080:80', '127.0.0.1:53:53/udp'],
    },
  },
  publish_ssh_on: {
    type: ['string', 'integer'],
    description: 'Host port for ssh to this instance.',
    pattern: '^((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{1,5}$',
    minimum: 1,
    maximum: 65535,
    examples: [2222, '127.0.0.1:2222'],
  },
  ssh_between: flag('False: this instance gets no key to log in to the others.'),
  env_file: textOrTexts('Files of NAME=value lines, relative to the project.'),
  secrets: {
    type: 'array',
    description: 'Secrets as files under /run/secrets, with <NAME>_FILE set.',
    items: {
      type: ['string', 'object'],
      pattern: secretName,
      examples: ['db_password', { name: 'db_password', file: 'secrets/db_password' }],
      properties: {
        name: text('File name under /run/secrets; db_password also gives DB_PASSWORD_FILE.', {
          pattern: secretName,
          examples: ['db_password'],
        }),
        file: text('File that has the value, relative to the project.'),
        variable: text(
          'Variable of the environment, host.conf or env_file that has the value. Default: the name in capitals.',
        ),
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
  depends_on: texts('Services or <service>-<instance> that must be ready before.'),
  healthcheck: {
    type: 'object',
    description: "How to find out that it works; in place of the image's.",
    properties: {
      test: textOrTexts('A shell command, or ["CMD", program, …].'),
      interval: duration('Time between probes.'),
      timeout: duration('Limit of one probe.'),
      start_period: duration('Time in which failures do not count.'),
      retries: { type: 'integer', minimum: 1, description: 'Failures that make it unhealthy.' },
      disable: flag('No healthcheck.'),
    },
    additionalProperties: false,
  },
  restart: text('When the engine starts it again.', { enum: ['no', 'always', 'unless-stopped', 'on-failure'] }),
  stop_grace_period: duration('Time to stop in before it is killed.'),
  stop_signal: text('Signal that asks it to stop.', { pattern: '^(SIG)?[A-Z0-9+-]+$', examples: ['SIGTERM'] }),
  mem_limit: bytes('Most memory.'),
  cpus: {
    type: ['number', 'string'],
    description: 'Most processors.',
    exclusiveMinimum: 0,
    pattern: '^\\d*\\.?\\d+$',
    examples: [1.5],
  },
  user: { type: ['string', 'integer'], description: 'User, or user:group, that the command runs as.' },
  cap_add: texts('Capabilities to add.', { items: capability }),
  cap_drop: texts('Capabilities to drop.', { items: capability }),
  devices: texts('Devices of the host, as "/dev/x" or "/dev/x:/dev/y".', {
    items: { type: 'string', pattern: '^/[^:]+(:/[^:]+)?(:[rwm]+)?$', examples: ['/dev/ttyUSB0'] },
  }),
  tmpfs: textOrTexts('Directories in memory.', { examples: ['/tmp'] }),
  ulimits: {
    type: 'object',
    description: 'Limits of the processes.',
    additionalProperties: {
      type: ['integer', 'object'],
      minimum: -1,
      examples: [65536, { soft: 1024, hard: 4096 }],
      properties: { soft: { type: 'integer' }, hard: { type: 'integer' } },
      required: ['soft', 'hard'],
      additionalProperties: false,
    },
  },
  shm_size: bytes('Size of /dev/shm.'),
  init: flag('An init process that reaps orphans.'),
  read_only: flag('Root file system read-only.'),
  extra_hosts: pairsOrTexts('Lines for /etc/hosts, as "name:address".', { examples: [{ gateway: '192.0.2.1' }] }),
  sysctls: pairsOrTexts('Kernel parameters.', { examples: [{ 'net.core.somaxconn': 1024 }] }),
  labels: pairsOrTexts('Labels of the container.', { examples: [{ team: 'web' }] }),
  platform: text('Platform of the image.', { examples: ['linux/arm64'] }),
  build_args: {
    type: 'object',
    description: 'Values for ARG lines of the Dockerfile.',
    additionalProperties: { type: ['string', 'number'] },
  },
} as const satisfies Record<keyof EntryValues, Schema>;

/** run.conf as JSON Schema: what the program checks and what run.conf.schema.json tells editors. */
export const runConfSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'run.conf of dockerops',
  description: 'The instances of a platform. JSON with # and // comments and trailing commas.',
  type: 'array',
  items: { type: 'object', properties, required: ['service'], additionalProperties: false },
};
