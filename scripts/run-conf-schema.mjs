// Writes run.conf.schema.json, hosts.conf.schema.json and their validators from the schemas in src/lib/project/conf; a
// unit test compares.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { hostsConfSchema } from '../src/lib/project/conf/hosts-conf-schema.ts';
import { runConfSchema } from '../src/lib/project/conf/run-conf-schema.ts';

const require = createRequire(import.meta.url);
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Without titles, descriptions and examples, which would double the size of the code. */
function withoutWords(schema) {
  return JSON.parse(
    JSON.stringify(schema, (key, value) =>
      ['title', 'examples'].includes(key) || (key === 'description' && typeof value === 'string') ? undefined : value,
    ),
  );
}

/** For editors: a list of entries, or an object with defaults, of which the program checks each part by itself. */
function publishedSchema() {
  const { items, ...list } = runConfSchema;
  const keys = Object.keys(items.properties).filter((key) => !['service', 'instance', 'replicas'].includes(key));
  const references = keys.map((key) => [key, { $ref: `#/items/properties/${key}` }]);
  return {
    ...list,
    type: ['array', 'object'],
    items,
    properties: {
      project: { type: 'string', description: 'Name of the project. Default: that of its directory.' },
      defaults: {
        type: 'object',
        description: 'Keys of all entries that do not have them.',
        properties: Object.fromEntries(references),
        additionalProperties: false,
      },
      entries: { type: 'array', description: 'An entry for each instance.', items: { $ref: '#/items' } },
    },
    required: ['entries'],
    additionalProperties: false,
  };
}

/**
 * ajv's own code without ajv: compiling the schema at every start would cost more than the rest of reading run.conf.
 */
function validatorOf(schema, source) {
  const Ajv = require('ajv').default;
  const standalone = require('ajv/dist/standalone').default;
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    strictTypes: false,
    unicodeRegExp: false,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  const code = standalone(ajv, ajv.compile(withoutWords(schema)));
  const head =
    `// Made by scripts/run-conf-schema.mjs from src/lib/project/conf/${source}; do not edit.\n` +
    '// @ts-nocheck\n' +
    '/* eslint-disable */\n';
  return `${head}${code.replace(/^"use strict";/, '')}\n`;
}

export function generated() {
  const published = (schema) => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    'run.conf.schema.json': published(publishedSchema()),
    'hosts.conf.schema.json': published(hostsConfSchema),
    'src/generated/run-conf-validator.ts': validatorOf(runConfSchema, 'run-conf-schema.ts'),
    'src/generated/hosts-conf-validator.ts': validatorOf(hostsConfSchema, 'hosts-conf-schema.ts'),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(generated())) writeFileSync(at(path), text);
}
