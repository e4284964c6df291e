import { validate } from '../../../generated/hosts-conf-validator.ts';
import { hostsConfSchema } from './hosts-conf-schema.ts';
import type { ConfKind } from './schema-problems.ts';
import { validatorOf } from './validation.ts';

export const hostsConfKind: ConfKind = {
  schema: hostsConfSchema,
  validate: validatorOf(validate),
  nameOfPart: (host) => `host "${host}"`,
  example: '{ "oak": { "engine": "ssh://user@oak", "address": "10.0.0.5" } }',
  replacements: {
    host: 'did you mean "engine"?',
    ip: 'did you mean "address"?',
    env_vars: 'did you mean "variables"?',
  },
};
