// The table of rooms in docs/architecture.md, made from eslint.imports.js.
import { importTable } from '../eslint.imports.js';

const begin = '<!-- Table made by scripts/docs.mjs from eslint.imports.js; do not edit. -->';
const end = '<!-- end of the table -->';

/** What each room does, in the order of the table: a room imports only rooms above it. */
const purposes = {
  model: 'the vocabulary: desired and observed state, facts of hosts',
  generated: 'code made by scripts: the validator of run.conf',
  remote: 'ssh as a child process',
  project: 'what the user wrote: files to `Desired`',
  plan: 'pure: desired and observed state to operations; no files, clock, random numbers, Docker or questions',
  engine: 'the only room that speaks to Docker',
  observe: 'what runs: state, logs, readiness, secrets, facts of hosts; read-only',
  build: 'image graph, input hashes, base images',
  directories: 'where names, services and keys are published: DNS, Consul, etcd',
  policies: "users' code of a registrator: containers to keys, each policy in a thread of its own",
  apply: 'executes a plan, decides nothing; the only room that writes to an engine',
  'use-cases': 'the order of a command, one file for each use',
  daemons: 'loops over the line, with their logs and status pages: the operator, the registrator',
  server: 'the HTTP API: routes, jobs on a Swarm, and the store of both',
  page: 'in `src/page/`: the web page of the server, in a browser; `state/` is pure',
  cli: 'what commands need of a terminal: arguments, questions, signals; `render/` has all texts of results',
  commands: 'in `src/commands/`: flags, one call of a use case, render',
  main: '`src/main.ts`: from the arguments to a command and its exit code',
  'run-bundle': '`src/run-bundle.ts`: starts the built program with the machine code that V8 kept of it',
};

/** The page with its table as eslint.imports.js says now. */
export function withRoomTable(page) {
  const [before, rest] = page.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error(`docs/architecture.md lacks "${begin}" or "${end}"`);
  return [before, begin, '\n', roomTable(), '\n', end, after].join('');
}

function roomTable() {
  const rooms = Object.keys(importTable).filter((name) => !isShared(name));
  const unknown = rooms.filter((name) => !Object.hasOwn(purposes, name));
  if (unknown.length > 0) throw new Error(`scripts/room-table.mjs does not say what ${unknown.join(', ')} is for`);
  const rows = Object.entries(purposes).map(([name, purpose]) => {
    const { own, types, packages } = importTable[name];
    return (
      `| \`${name}\` | ${purpose} | ${roomsText(own, rooms)} | ${roomsText(types, rooms)} | ` +
      `${packages.join(', ')} |`
    );
  });
  return ['| room | what it does | imports | types of | packages |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Whether a row is one of the shared words: they are all that the first room may import. */
function isShared(name) {
  return importTable.model.own.includes(name);
}

function roomsText(names, rooms) {
  const below = rooms.filter((name) => !['commands', 'main'].includes(name));
  const listed = names.filter((name) => rooms.includes(name));
  return below.every((name) => listed.includes(name)) ? 'all' : listed.join(', ');
}
