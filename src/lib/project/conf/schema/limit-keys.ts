import { boolean, bytes, pairs, type Schema, string, strings } from './schema.ts';

const capability: Schema = { pattern: '^[A-Za-z_]+$', examples: ['NET_ADMIN'] };

/** What a container may use. */
export const limitKeys = {
  mem_limit: bytes('Memory limit.'),
  cpus: {
    type: ['number', 'string'],
    description: 'Limit of processors.',
    exclusiveMinimum: 0,
    pattern: '^\\d*\\.?\\d+$',
    examples: [1.5],
  },
  shm_size: bytes('Size of /dev/shm.'),
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
  sysctls: pairs('Kernel parameters.', { examples: [{ 'net.core.somaxconn': 1024 }] }),
  cap_add: strings('Capabilities to add.', capability),
  cap_drop: strings('Capabilities to drop.', capability),
  devices: strings('Devices of the host, as "/dev/x" or "/dev/x:/dev/y".', {
    pattern: '^/[^:]+(:/[^:]+)?(:[rwm]+)?$',
    examples: ['/dev/ttyUSB0'],
  }),
  privileged: boolean('Give it all devices and capabilities of the host. It can then do what root can there.'),
  security_opt: strings('Security options of the engine.', { examples: ['no-new-privileges:true'] }),
  runtime: string('Program with which the engine runs the container, by the name that the engine has for it.', {
    pattern: '^[A-Za-z0-9][\\w.-]*$',
    examples: ['nvidia'],
  }),
} as const;
