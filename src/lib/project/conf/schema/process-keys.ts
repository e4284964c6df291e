import { boolean, duration, string, stringOrStrings, strings } from './schema.ts';

/** What runs in the container, when, and where it stores things. */
export const processKeys = {
  seed_command: stringOrStrings('Command to run instead of that of the image.', { examples: ['supervisord'] }),
  user: { type: ['string', 'integer'], description: 'User, or user:group, that runs the command.' },
  working_dir: string('Directory in which the command starts, instead of that of the image.', {
    pattern: '^/',
    examples: ['/srv/app'],
  }),
  volumes: stringOrStrings(
    'Mounts, as "source:target" or "source:target:ro". $PROJECT_DIR is the directory of the project. ' +
      'A path on the host must exist.',
    { examples: ['$PROJECT_DIR/conf:/conf:ro'] },
  ),
  tmpfs: stringOrStrings('Directories in memory.', { examples: ['/tmp'] }),
  init: boolean('Run an init process that reaps zombies.'),
  read_only: boolean('Mount the root file system read-only.'),
  depends_on: strings('Services, or instances as <service>-<instance>, that must be ready before this one starts.'),
  sleep: {
    type: 'number',
    minimum: 0,
    examples: [2],
    description: 'Seconds to wait after this instance is ready, before the next of run.conf and dependents start.',
  },
  healthcheck: {
    type: 'object',
    description: 'How to test that the instance works, instead of the healthcheck of the image.',
    properties: {
      test: stringOrStrings('A shell command, or ["CMD", program, …].'),
      interval: duration('Time between two tests.'),
      timeout: duration('Time limit of a test.'),
      start_period: duration('Time after the start in which failures do not count.'),
      retries: { type: 'integer', minimum: 1, description: 'Failures in a row that make it unhealthy.' },
      disable: boolean('true: no healthcheck.'),
    },
    additionalProperties: false,
  },
  restart: string('When the engine restarts the container.', {
    enum: ['no', 'always', 'unless-stopped', 'on-failure'],
  }),
  wait: string(
    'completed: a job, such as a migration. It is ready when it has ended with exit code 0; then it is kept and not ' +
      'run again. Needs "restart": "no".',
    { enum: ['completed'] },
  ),
  logging: {
    type: 'object',
    description: 'Where its output goes, instead of files of the engine with 30 MB in all.',
    properties: {
      driver: string('Log driver of the engine. Default: json-file.', { examples: ['journald'] }),
      options: {
        type: 'object',
        description: 'Options of the driver.',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        examples: [{ 'max-size': '50m' }],
      },
    },
    additionalProperties: false,
  },
  stop_grace_period: duration('Time to stop before it is killed.'),
  stop_signal: string('Signal that asks it to stop.', { pattern: '^(SIG)?[A-Z0-9+-]+$', examples: ['SIGTERM'] }),
} as const;
