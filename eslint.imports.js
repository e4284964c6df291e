// Who may import what: the table of docs/architecture.md. `types` are rooms of which only types may be imported.
// test/unit/architecture.spec.ts checks the same table in its own way.
export const importTable = {
  errors: { own: [], packages: [] },
  events: { own: [], packages: [] },
  labels: { own: [], packages: [] },
  project: { own: ['errors', 'labels'], packages: ['ajv', 'jsonc-parser', 'ignore', 'fastest-levenshtein'] },
  build: { own: ['project', 'engine', 'errors', 'events', 'labels'], types: ['plan', 'observe'], packages: ['execa', 'tar-stream', 'tar-fs', 'ignore'] },
  engine: { own: ['errors', 'events', 'labels'], types: ['project', 'observe'], packages: ['dockerode', 'tar-fs', 'tar-stream', 'ignore'] },
  observe: { own: ['labels', 'errors'], types: ['engine', 'project', 'events'], packages: [] },
  plan: { own: ['labels', 'errors'], types: ['project', 'observe'], packages: [] },
  apply: { own: ['plan', 'engine', 'observe', 'events', 'errors', 'labels'], types: ['directories', 'project', 'build'], packages: [] },
  directories: { own: ['errors', 'events'], types: ['engine'], packages: [] },
  remote: { own: ['errors', 'events'], types: ['engine', 'project'], packages: ['execa'] },
  render: { own: [], types: ['*'], packages: ['chalk', 'get-east-asian-width'] },
};

const everyone = ['build', 'daemons', 'directories', 'engine', 'errors', 'events', 'invocation', 'labels', 'observe', 'plan', 'apply', 'project', 'remote', 'render', 'server'];
const heavyPackages = ['ajv', 'chalk', 'dockerode', 'execa', 'tar-fs', 'tar-stream', '@oclif/core', 'jsonc-parser', 'ignore'];

/** The table as patterns for ESLint: what a room must not import, and of what it may import types only. */
export function forbiddenImports() {
  return Object.fromEntries(Object.entries(importTable).map(([room, allowed]) => [room, patternsFor(room, allowed)]));
}

function patternsFor(room, { own, types = [], packages }) {
  const others = everyone.filter((other) => other !== room && !own.includes(other));
  const typesOnly = others.filter((other) => types.includes('*') || types.includes(other));
  const forbidden = others.filter((other) => !typesOnly.includes(other));
  const notInstalled = heavyPackages.filter((name) => !packages.includes(name));
  return [
    ...pattern(forbidden.map(pathOf), `${room}/ knows nothing of it (see docs/architecture.md)`),
    ...pattern(typesOnly.map(pathOf), `${room}/ may import its types only`, { allowTypeImports: true }),
    ...pattern(notInstalled.map((name) => `^${name}($|/)`), `${room}/ does without this package`),
    ...(room === 'plan' ? pattern(['^node:'], 'planning is a pure function') : []),
  ];
}

const pathOf = (room) => `^\\.\\.?/(.*/)?${room}(/|\\.ts$)`;

function pattern(expressions, message, more = {}) {
  return expressions.length === 0 ? [] : [{ regex: expressions.join('|'), message, ...more }];
}
