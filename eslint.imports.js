// Who may import what: the table of docs/architecture.md. `types` are rooms of which only types may be imported.
// test/unit/architecture.spec.ts checks the same table by resolving each import.

/** Words that all rooms share: a file of its own each, directly in src/lib. */
const words = {
  backoff: {},
  errors: {},
  events: {},
  labels: {},
  limiter: {},
  defined: {},
  interrupt: { own: ['errors'] },
  lazy: {},
  'shell-words': {},
  'image-reference': {},
  'did-you-mean': { packages: ['fastest-levenshtein'] },
  'file-cache': { own: ['lazy'] },
  switches: {},
};

/** Each room stands on those above it. `readers`: of the engine, its readers only, which is what its types give. */
const rooms = {
  model: {},
  generated: {},
  remote: {},
  project: { own: ['model', 'generated'], packages: ['ajv', 'jsonc-parser', 'yaml'] },
  plan: { own: ['model'] },
  engine: { own: ['model', 'remote'], packages: ['dockerode', 'tar-fs', 'tar-stream'] },
  observe: { own: ['model'], types: ['engine'], packages: ['tar-stream'] },
  build: { own: ['model', 'project', 'engine'], packages: ['execa', 'tar-stream'] },
  directories: { own: ['model'], types: ['engine'] },
  apply: {
    own: ['model', 'plan', 'engine', 'observe'],
    types: ['build', 'directories'],
    packages: ['tar-stream'],
  },
  'use-cases': {
    own: ['model', 'project', 'plan', 'engine', 'observe', 'build', 'directories', 'remote', 'apply'],
  },
  daemons: {
    own: ['model', 'project', 'plan', 'engine', 'observe', 'build', 'directories', 'remote', 'apply', 'use-cases'],
    packages: ['pino', 'prom-client'],
  },
  // plan: the text of a plan is a pure function there.
  cli: { own: ['use-cases', 'plan'], types: ['*'], packages: ['@oclif/core', 'chalk', 'get-east-asian-width'] },
  commands: { own: ['*'], packages: ['@oclif/core'] },
  main: { own: ['*'], packages: ['@oclif/core'] },
};

const nothing = { own: [], types: [], packages: [] };
const shared = Object.keys(words);

/** Room to what it may import: `own` whole, `types` as types, and packages. */
export const importTable = {
  ...Object.fromEntries(Object.entries(words).map(([name, row]) => [name, { ...nothing, ...row }])),
  ...Object.fromEntries(Object.entries(rooms).map(([name, row]) => [name, rowOf(row)])),
};

function rowOf({ own = [], types = [], packages = [] }) {
  const all = Object.keys(rooms).filter((name) => !['commands', 'main'].includes(name));
  return { own: [...shared, ...(own.includes('*') ? all : own)], types: types.includes('*') ? all : types, packages };
}

/** The table as patterns for ESLint: what a room must not import, and of what it may import types only. */
export function forbiddenImports() {
  return Object.fromEntries(Object.entries(importTable).map(([room, row]) => [room, patternsFor(room, row)]));
}

function patternsFor(room, { own, types, packages }) {
  const others = Object.keys(importTable).filter((other) => other !== room && !own.includes(other));
  const typesOnly = others.filter((other) => types.includes(other));
  const forbidden = others.filter((other) => !typesOnly.includes(other));
  return [
    ...pattern(forbidden.map(pathOf), `${room} knows nothing of it (see docs/architecture.md)`),
    ...pattern(typesOnly.map(pathOf), `${room} may import its types only`, { allowTypeImports: true }),
    ...pattern([anyPackageBut(packages)], `${room} does without this package (see docs/architecture.md)`),
    ...(room === 'plan' ? pattern(['^node:(?!crypto$)'], 'planning is a pure function') : []),
  ];
}

/** A path that leaves the folder it is in, or a file beside this one, by the name of a room. */
const pathOf = (room) => `^\\.\\.?/(.*/)?${room}(/|\\.ts$)`;

const anyPackageBut = (packages) => `^(?!\\.|node:|(?:${['-', ...packages].join('|')})(?:$|/))`;

function pattern(expressions, message, more = {}) {
  return expressions.length === 0 ? [] : [{ regex: expressions.join('|'), message, ...more }];
}

/** Where the files of a room are. */
export function filesOf(room) {
  if (room === 'main') return ['src/main.ts'];
  return room === 'commands' || room === 'generated'
    ? [`src/${room}/**/*.ts`]
    : [`src/lib/${room}/**/*.ts`, `src/lib/${room}.ts`];
}
