import { string, stringOrStrings } from './schema.ts';

const secretName = '^[A-Za-z0-9][A-Za-z0-9_.-]*$';

/** Environment variables and secrets. */
export const variableKeys = {
  env_vars: {
    type: 'object',
    description: 'Environment variables. null: the value must come from the environment or host.conf.',
    propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$', examples: ['DB_HOST'] },
    additionalProperties: { type: ['string', 'number', 'null'] },
  },
  env_file: stringOrStrings('Files of NAME=value lines. Paths are relative to the project.'),
  secrets: {
    type: 'array',
    description: 'Secrets as files in /run/secrets. Each sets <NAME>_FILE.',
    items: {
      type: ['string', 'object'],
      pattern: secretName,
      examples: ['db_password', { name: 'db_password', file: 'secrets/db_password' }],
      properties: {
        name: string('File name in /run/secrets. db_password also sets DB_PASSWORD_FILE.', {
          pattern: secretName,
          examples: ['db_password'],
        }),
        file: string('File with the value. The path is relative to the project.'),
        variable: string(
          'Variable with the value, in the environment, host.conf or an env_file. Default: the name in upper case.',
        ),
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
} as const;
