// Who may import what: the table of docs/architecture.md. `types` are rooms of which only types may be imported.
// test/unit/architecture.spec.ts checks the same table by resolving each import.

/** Words that all rooms share: a file of its own each, directly in src/lib. */
const words = {
  backoff: {},
  'byte-text': {},
  errors: {},
  events: {},
  labels: {},
  limiter: {},
  'line-splitter': {},
  defined: {},
  interrupt: { own: ['errors'] },
  lazy: {},
  'shell-words': {},
  'did-you-mean': { packages: ['fastest-levenshtein'] },
  'bounded-file': { own: ['errors'] },
  'trusted-directory': {},
  'trusted-file': { own: ['trusted-directory'] },
  'replace-file': {},
  'cut-text': {},
  'image-reference': { own: ['cut-text'] },
  json: {},
  'cache-directory': { own: ['trusted-directory'] },
  'file-cache': { own: ['lazy', 'trusted-file'] },
  'event-stream': { own: ['json'] },
  switches: {},
};

/** Each room stands on those above it. `readers`: of the engine, its readers only, which is what its types give. */
const rooms = {
  model: {},
  generated: {},
  remote: {},
  project: { own: ['model', 'generated'], packages: ['ajv', 'jsonc-parser', 'yaml'] },
  plan: { own: ['model'] },
  engine: { own: ['model', 'remote'], packages: ['dockerode', 'tar-stream'] },
  observe: { own: ['model'], types: ['engine'], packages: ['tar-stream'] },
  build: { own: ['model', 'project', 'engine'], packages: ['execa', 'tar-stream'] },
  directories: { own: ['model'], types: ['engine'] },
  policies: { own: ['model'], packages: ['ajv'] },
  apply: {
    own: ['model', 'plan', 'engine', 'observe'],
    types: ['build', 'directories'],
    packages: ['tar-stream'],
  },
  'use-cases': {
    own: ['model', 'project', 'plan', 'engine', 'observe', 'build', 'directories', 'remote', 'apply'],
  },
  daemons: {
    own: [
      'model',
      'project',
      'plan',
      'engine',
      'observe',
      'build',
      'directories',
      'remote',
      'policies',
      'apply',
      'use-cases',
    ],
    packages: ['pino', 'prom-client'],
  },
  server: {
    own: [
      'model',
      'project',
      'plan',
      'engine',
      'observe',
      'build',
      'directories',
      'remote',
      'apply',
      'use-cases',
      'daemons',
    ],
    packages: ['croner', 'fastify', 'ws'],
  },
  // In a browser: it knows the server by its API alone.
  page: { packages: ['preact'] },
  // plan: the text of a plan is a pure function there.
  cli: { own: ['use-cases', 'plan'], types: ['*'], packages: ['@oclif/core', 'get-east-asian-width'] },
  commands: { own: ['*'], packages: ['@oclif/core'] },
  main: { own: ['*'], packages: ['@oclif/core'] },
  // What bin/dockerops starts, before anything else is loaded.
  'run-bundle': {},
};

const nothing = { own: [], types: [], packages: [] };
const shared = Object.keys(words);

/** Room to what it may import: `own` whole, `types` as types, and packages. */
export const importTable = {
  ...Object.fromEntries(Object.entries(words).map(([name, row]) => [name, { ...nothing, ...row }])),
  ...Object.fromEntries(Object.entries(rooms).map(([name, row]) => [name, rowOf(row)])),
};

function rowOf({ own = [], types = [], packages = [] }) {
  const all = Object.keys(rooms).filter((name) => !['page', 'commands', 'main', 'run-bundle'].includes(name));
  return { own: [...shared, ...(own.includes('*') ? all : own)], types: types.includes('*') ? all : types, packages };
}

/** The table as rules for ESLint: for the files of each room, what they must not import, and of what types only. */
export function importRules() {
  return Object.entries(importTable).flatMap(([room, row]) =>
    levelsOf(room).map(({ files, ways }) => ({
      files,
      rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: patternsFor(room, row, ways) }] },
    })),
  );
}

function patternsFor(room, { own, types, packages }, ways) {
  const others = Object.keys(importTable).filter((other) => other !== room && !own.includes(other));
  const typesOnly = others.filter((other) => types.includes(other));
  const forbidden = others.filter((other) => !typesOnly.includes(other));
  const pathTo = (other) => `^(${besideLib.includes(other) ? ways.toSource : ways.toLib})${other}(/|\\.ts$)`;
  return [
    ...pattern(forbidden.map(pathTo), `${room} must not import this room (see docs/architecture.md)`),
    ...pattern(typesOnly.map(pathTo), `${room} may import types only from here`, { allowTypeImports: true }),
    ...pattern([anyPackageBut(packages)], `${room} must not use this package (see docs/architecture.md)`),
    ...(room === 'plan' ? pattern(['^node:(?!crypto$)'], 'planning is a pure function') : []),
  ];
}

const besideLib = ['page', 'commands', 'generated', 'main', 'run-bundle'];

/** Files of a room by their depth, as a path tells how many folders it leaves; with the ways to src and src/lib. */
function levelsOf(room) {
  if (room === 'main' || room === 'run-bundle') return [{ files: [`src/${room}.ts`], ways: waysFrom(0, true) }];
  if (shared.includes(room)) return [{ files: [`src/lib/${room}.ts`], ways: waysFrom(0, false) }];
  const isBeside = besideLib.includes(room);
  return [1, 2, 3, 4].map((depth) => ({
    files: [`src/${isBeside ? '' : 'lib/'}${room}/${'*/'.repeat(depth - 1)}*.{ts,tsx}`],
    ways: waysFrom(depth, isBeside),
  }));
}

/** As regular expressions. From a file in src/lib, `../plan` and `../../lib/plan` are the same. */
function waysFrom(depth, isBeside) {
  const up = (count) => (count === 0 ? './' : '../'.repeat(count)).replaceAll('.', '\\.');
  return isBeside
    ? { toSource: up(depth), toLib: `${up(depth)}lib/` }
    : { toSource: up(depth + 1), toLib: `${up(depth)}|${up(depth + 1)}lib/` };
}

const anyPackageBut = (packages) => `^(?!\\.|node:|(?:${['-', ...packages].join('|')})(?:$|/))`;

function pattern(expressions, message, more = {}) {
  return expressions.length === 0 ? [] : [{ regex: expressions.join('|'), message, ...more }];
}
