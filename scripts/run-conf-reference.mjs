// docs/run-conf.md: every key of run.conf with what its schema says and an example. Called by scripts/docs.mjs.
import { runConfSchema } from '../src/lib/project/conf/run-conf-schema.ts';
import { instanceTypes, switchNames, switchTable } from '../src/lib/switches.ts';
import { chapters } from './run-conf-chapters.mjs';

const schemas = runConfSchema.items.properties;

export function runConfReference() {
  refuseOtherKeys();
  return `${[head(), ...chapters.map(chapterText)].join('\n\n')}\n`;
}

function refuseOtherKeys() {
  const shown = chapters.flatMap(({ keys }) => keys.map(({ key }) => key));
  const missing = Object.keys(schemas).filter((key) => !shown.includes(key));
  const unknown = shown.filter((key) => schemas[key] === undefined);
  const wrong = [...missing.map((key) => `${key} has no example`), ...unknown.map((key) => `${key} is not a key`)];
  if (wrong.length > 0) throw new Error(`scripts/run-conf-chapters.mjs: ${wrong.join('; ')}`);
}

function head() {
  return `<!-- Made by scripts/docs.mjs from the schema; do not edit. -->
# run.conf, key by key

\`run.conf\` is a file in the directory of the project, and is committed. It is a list of instances: JSON with \`#\` and
\`//\` comments and trailing commas. \`conf=\` selects another file of the same form. \`dockerops validate\` reports all
mistakes in it with line and column; an unknown key is one of them. Editors complete and check the file with
\`run.conf.schema.json\`, which comes with dockerops. [run.conf.example](../run.conf.example) has all keys in one file.
The examples below leave out the brackets around the list.

In place of the list it may be an object: \`"entries"\` is then the list, \`"defaults"\` has keys for all entries that
do not have them, and \`"project"\` is the name of the project, in place of that of its directory. A key counts as a
whole: \`env_vars\` of an entry replace those of the defaults. In a file that \`conf=\` selects, \`"project"\` does not
give the name: it says of which project the file is, and another one refuses it.
\`\`\`json
{
  "project": "shop",
  "defaults": { "restart": "no", "env_vars": { "LANG": "C.UTF-8" } },
  "entries": [{ "service": "web", "instance": "one" }]
}
\`\`\`

${chapters.map(contents).join('\n')}`;
}

function contents({ title, keys }) {
  const anchor = title.toLowerCase().replaceAll(' ', '-');
  return `- [${title}](#${anchor}): ${keys.map(({ key }) => `[\`${key}\`](#${key})`).join(', ')}`;
}

function chapterText({ title, text, keys }) {
  const table = title === 'Switches' ? typeTable() : '';
  return [`## ${title}`, text, table, ...keys.map(keyText)].filter((part) => part !== '').join('\n\n');
}

function typeTable() {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const types = instanceTypes.map((type) =>
    row([type, ...switchNames.map((name) => (switchTable[name].on.includes(type) ? 'yes' : 'no'))]),
  );
  return [row(['type', ...switchNames]), row(['---', ...switchNames.map(() => '---')]), ...types].join('\n');
}

function keyText({ key, example, about = '' }) {
  const schema = schemas[key];
  const members = Object.entries(schema.items?.properties ?? schema.properties ?? {});
  return [
    `### ${key}`,
    `${prose(schema.description)} ${about}`.trim(),
    `*${facts(schema)}*`,
    members.map(([name, each]) => `- \`${name}\` (${facts(each)}): ${prose(each.description ?? '')}`).join('\n'),
    `\`\`\`json\n${example}\n\`\`\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A name in angle brackets would become a tag. */
const prose = (text) => text.replaceAll('<', '\\<');

const words = {
  string: 'string',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

function facts(schema) {
  const { type = 'string', items, minimum, maximum, examples = [] } = schema;
  const types = [type].flat().map((each) => (each === 'array' ? listOf(items) : words[each]));
  const samples = examples.map((value) => `\`${JSON.stringify(value)}\``);
  return [
    [...new Set(types)].join(', or '),
    ...(minimum === undefined || maximum === undefined ? [] : [`${minimum} to ${maximum}`]),
    ...(schema.enum === undefined ? [] : [`one of ${schema.enum.join(', ')}`]),
    ...(samples.length === 0 ? [] : [`for example ${samples.join(', ')}`]),
  ].join('; ');
}

function listOf({ type = 'string' } = {}) {
  const names = { string: 'strings', integer: 'whole numbers', object: 'objects' };
  return `list of ${[type]
    .flat()
    .map((each) => names[each])
    .join(' and ')}`;
}
