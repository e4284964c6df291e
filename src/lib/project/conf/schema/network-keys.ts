import { boolean, pairs, string, stringOrStrings, strings } from './schema.ts';

const portForm = '^(((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{0,5}(-\\d{1,5})?:)?\\d{1,5}(-\\d{1,5})?(/(tcp|udp))?$';

/** How an instance is reached, and how it reaches others. */
export const networkKeys = {
  links: {
    type: 'array',
    description: 'Instances that this one reaches by a name of its own. Each sets <NAME>_SERVICE_IP.',
    items: {
      type: ['string', 'object'],
      pattern: '^[^:\\s]+:[^:\\s]+$',
      examples: ['postgres-master:db', { name: 'db', service: 'postgres', instance: null }],
      properties: {
        name: string('Name inside this instance. The name db sets DB_SERVICE_IP.', {
          pattern: '^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$',
          examples: ['db'],
        }),
        service: string('Service of the target. * matches any text.'),
        instance: { type: ['string', 'null'], description: 'Instance of the target. null: any running one.' },
      },
      required: ['name', 'service'],
      additionalProperties: false,
    },
  },
  ports: {
    type: 'array',
    description: 'Ports to publish, instead of those of EXPOSE.',
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
    description: 'Port of the host on which ssh to this instance is published.',
    pattern: '^((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{1,5}$',
    minimum: 1,
    maximum: 65535,
    examples: [2222, '127.0.0.1:2222'],
  },
  ssh_between: boolean('false: this instance gets no key to log in to the others.'),
  network_mode: string('Use the network of the host.', { enum: ['nethost', 'host'] }),
  nethost: boolean('true: the same as network_mode "host".'),
  aliases: strings('More names for it, with which the other instances of the project reach it.', {
    pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$',
    examples: ['app_db'],
  }),
  dns: stringOrStrings('DNS servers, instead of that of the project or those of the host.', {
    examples: ['192.0.2.53'],
  }),
  extra_hosts: pairs('Lines for /etc/hosts, as "name:address".', { examples: [{ gateway: '192.0.2.1' }] }),
} as const;
