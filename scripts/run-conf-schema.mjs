// Writes run.conf.schema.json and the validator from src/lib/project/conf/run-conf-schema.ts; a unit test compares.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
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
export function generated() {
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
  const code = standalone(ajv, ajv.compile(withoutWords(runConfSchema)));
  const head =
    '// Made by scripts/run-conf-schema.mjs from src/lib/project/conf/run-conf-schema.ts; do not edit.\n' +
    '// @ts-nocheck\n' +
    '/* eslint-disable */\n';
  return {
    'run.conf.schema.json': `${JSON.stringify(publishedSchema(), null, 2)}\n`,
    'src/generated/run-conf-validator.ts': `${head}${code.replace(/^"use strict";/, '')}\n`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(generated())) writeFileSync(at(path), text);
}
