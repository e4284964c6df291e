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
    'run.conf.schema.json': `${JSON.stringify(runConfSchema, null, 2)}\n`,
    'src/generated/run-conf-validator.ts': `${head}${code.replace(/^"use strict";/, '')}\n`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(generated())) writeFileSync(at(path), text);
}
