import { string, type Schema } from './schema/schema.ts';

const host: Schema = {
  type: 'object',
  properties: {
    engine: string('Where its engine is.', {
      pattern: '^ssh://([\\w][\\w.\\\\-]*@)?([A-Za-z0-9][\\w.-]*|\\[[\\dA-Fa-f:.]+\\])(:\\d{1,5})?/?$',
      examples: ['ssh://deploy@oak.example.com', 'ssh://deploy@10.0.0.5:2222'],
    }),
    address: string('IP address at which the other hosts reach its published ports.', { examples: ['10.0.0.5'] }),
  },
  required: ['engine', 'address'],
  additionalProperties: false,
};

/** hosts.conf as JSON Schema: what the program checks, and what hosts.conf.schema.json tells editors. */
export const hostsConfSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'hosts.conf of dockerops',
  description: 'The hosts of a project by name. JSON with # and // comments and trailing commas.',
  type: 'object',
  additionalProperties: host,
};
