// Who may import what: the table of docs/architecture.md. `types` are rooms of which only types may be imported.
// test/unit/architecture.spec.ts checks the same table in its own way.
export const importTable = {
  errors: { own: [], packages: [] },
  events: { own: [], packages: [] },
  labels: { own: [], packages: [] },
  nearest: { own: [], packages: ['fastest-levenshtein'] },
  limiter: { own: [], packages: [] },
  'on-demand': { own: [], packages: [] },
  'image-reference': { own: [], packages: [] },
  remembered: { own: ['on-demand'], packages: [] },
  model: { own: [], packages: [] },
  project: {
    own: ['model', 'errors', 'labels', 'nearest', 'image-reference'],
    packages: ['ajv', 'jsonc-parser', 'yaml'],
  },
  build: {
    own: ['remembered', 'model', 'project', 'engine', 'errors', 'events', 'labels', 'image-reference'],
    packages: ['execa', 'tar-stream', 'tar-fs'],
  },
  // remote: ssh:// is one more way to reach an engine; the transport knows nothing of engines.
  engine: {
    own: ['errors', 'events', 'labels', 'image-reference', 'limiter', 'remote', 'model'],
    packages: ['dockerode', 'tar-fs', 'tar-stream', 'ignore', 'execa'],
  },
  observe: { own: ['model', 'labels', 'errors', 'on-demand'], types: ['engine'], packages: ['tar-stream'] },
  plan: { own: ['model', 'labels', 'errors', 'image-reference'], packages: [] },
  apply: {
    own: ['model', 'plan', 'engine', 'observe', 'events', 'errors', 'labels', 'limiter'],
    types: ['directories', 'build'],
    packages: ['tar-stream'],
  },
  directories: { own: ['model', 'errors', 'events'], types: ['engine'], packages: [] },
  remote: { own: ['errors', 'events'], packages: ['execa'] },
  // Loops over all of the above. They are started by commands, and say what they do in logs of their own.
  daemons: {
    own: [
      'errors',
      'events',
      'labels',
      'nearest',
      'on-demand',
      'limiter',
      'image-reference',
      'model',
      'project',
      'observe',
      'plan',
      'apply',
      'engine',
      'directories',
      'platform',
    ],
    packages: ['pino', 'prom-client'],
  },
  // plan: the text of a plan is a pure function there, which tests use too.
  render: { own: ['plan'], types: ['*'], packages: ['chalk', 'get-east-asian-width'] },
};

const everyone = [
  'build',
  'commands',
  'platform',
  'image-reference',
  'nearest',
  'limiter',
  'on-demand',
  'remembered',
  'daemons',
  'directories',
  'engine',
  'errors',
  'events',
  'invocation',
  'labels',
  'model',
  'observe',
  'plan',
  'apply',
  'project',
  'remote',
  'render',
  'server',
];
const everyPackage = [
  '@oclif/core',
  'ajv',
  'chalk',
  'dockerode',
  'execa',
  'fastest-levenshtein',
  'get-east-asian-width',
  'ignore',
  'jsonc-parser',
  'pino',
  'prom-client',
  'tar-fs',
  'tar-stream',
  'yaml',
];

/** The table as patterns for ESLint: what a room must not import, and of what it may import types only. */
export function forbiddenImports() {
  return Object.fromEntries(Object.entries(importTable).map(([room, allowed]) => [room, patternsFor(room, allowed)]));
}

function patternsFor(room, { own, types = [], packages }) {
  const others = everyone.filter((other) => other !== room && !own.includes(other));
  const typesOnly = others.filter((other) => types.includes('*') || types.includes(other));
  const forbidden = others.filter((other) => !typesOnly.includes(other));
  const notInstalled = everyPackage.filter((name) => !packages.includes(name));
  return [
    ...pattern(forbidden.map(pathOf), `${room}/ knows nothing of it (see docs/architecture.md)`),
    ...pattern(typesOnly.map(pathOf), `${room}/ may import its types only`, { allowTypeImports: true }),
    ...pattern(
      notInstalled.map((name) => `^${name}($|/)`),
      `${room}/ does without this package`,
    ),
    ...(room === 'plan' ? pattern(['^node:(?!crypto$)'], 'planning is a pure function') : []),
  ];
}

const pathOf = (room) => `^\\.\\.?/(.*/)?${room}(/|\\.ts$)`;

function pattern(expressions, message, more = {}) {
  return expressions.length === 0 ? [] : [{ regex: expressions.join('|'), message, ...more }];
}
