import type { EntryValues } from './run-conf-entry.ts';
import { instanceKeys } from './schema/instance-keys.ts';
import { limitKeys } from './schema/limit-keys.ts';
import { networkKeys } from './schema/network-keys.ts';
import { processKeys } from './schema/process-keys.ts';
import type { Schema } from './schema/schema.ts';
import { variableKeys } from './schema/variable-keys.ts';

const properties: Readonly<Record<keyof EntryValues, Schema>> = {
  ...instanceKeys,
  ...variableKeys,
  ...networkKeys,
  ...processKeys,
  ...limitKeys,
};

/** run.conf as JSON Schema: what the program checks, and what run.conf.schema.json tells editors. */
export const runConfSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'run.conf of dockerops',
  description: 'The instances of a project. JSON with # and // comments and trailing commas.',
  type: 'array',
  items: { type: 'object', properties, required: ['service'], additionalProperties: false },
};
