// Makes dist/: one minified file with our code and oclif, and one for each heavy package, loaded when first used.
// The commands' names, arguments and help are read from their classes here, so that starting reads none of them.
import { build } from 'esbuild';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rememberBuild } from './stale.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const dist = join(root, 'dist');

/** Big, and not needed by every command. */
const heavy = /^(dockerode|ajv|tar-fs|tar-stream|execa|jsonc-parser|ignore)($|\/)/;

/** Loaded eagerly by packages that we use, for things that we do not. Each throws, or does nothing, when it is used. */
const throwing = (name) => `const refuse = () => { throw new Error('${name} is not part of this build'); };
module.exports = new Proxy(function () {}, { get: (_, key) => (key === '__esModule' ? false : refuse), construct: refuse, apply: refuse });`;
const stubs = new Map([
  ...['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'cpu-features', 'typescript', 'tinyglobby', 'minimatch', 'lilconfig', 'semver'].map((name) => [name, throwing(name)]),
  ['cli-spinners', 'module.exports = { default: {} };'],
  ['wsl-utils', 'exports.isWsl = false;'],
  ['debug', 'module.exports = () => Object.assign(() => {}, { enabled: false });'],
]);

const withStubs = {
  name: 'stubs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path }) => (stubs.has(path) ? { path, namespace: 'stub' } : undefined));
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: stubs.get(path) }));
  },
};

/** oclif's index loads all of it; a command needs these. */
const slimOclif = {
  name: 'slim-oclif',
  setup({ onResolve, onLoad }) {
    const contents = `exports.Command = require('@oclif/core/command').Command;
      exports.Config = require('@oclif/core/config').Config;
      exports.Flags = require('@oclif/core/flags');
      exports.Args = require('@oclif/core/args');
      Object.defineProperty(exports, 'Help', { enumerable: true, get: () => require('@oclif/core/help').Help });`;
    onResolve({ filter: /^@oclif\/core$/ }, ({ path, importer }) => (importer.includes('node_modules') ? undefined : { path, namespace: 'slim-oclif' }));
    onLoad({ filter: /.*/, namespace: 'slim-oclif' }, () => ({ contents, resolveDir: root }));
  },
};

const fileOf = (name) => `${name.replaceAll(/[^a-z0-9-]+/gi, '_')}.cjs`;

function withHeavyApart(found, place) {
  return {
    name: 'heavy-apart',
    setup({ onResolve }) {
      onResolve({ filter: heavy }, ({ path, kind, importer, namespace }) => {
        if (kind === 'entry-point' || namespace === 'entry') return undefined;
        if (importer.includes(`/node_modules/${path.split('/')[0]}/`)) return undefined;
        found.add(path);
        return { path: `${place}/${fileOf(path)}`, external: true };
      });
    },
  };
}

const shared = { bundle: true, platform: 'node', target: 'node22', format: 'cjs', minify: true, keepNames: true, legalComments: 'none', logLevel: 'warning' };

function findCommands(directory, prefix = '') {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return findCommands(join(directory, entry.name), `${prefix}${entry.name}:`);
      return entry.name.endsWith('.ts') ? [{ id: `${prefix}${entry.name.slice(0, -3)}`, file: join(directory, entry.name) }] : [];
    });
}

async function describe(commands) {
  const { cacheCommand } = require(join(dirname(require.resolve('@oclif/core/package.json')), 'lib/util/cache-command.js'));
  const described = {};
  for (const { id, file } of commands) {
    const { default: Command } = await import(pathToFileURL(file).href);
    Command.id = id;
    described[id] = withoutNothing(await cacheCommand(Command, { name: 'dockerops', type: 'core' }));
  }
  return described;
}

/** JSON without the members that say nothing. */
const withoutNothing = (value) => JSON.parse(JSON.stringify(value, (_, member) => (Array.isArray(member) && member.length === 0 ? undefined : member)));

function entryOf(commands, described) {
  const { name, version, oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const load = commands.map(({ id, file }) => `${JSON.stringify(id)}: () => import(${JSON.stringify(`./${relative(root, file)}`)}),`);
  return `import { main } from './src/main.ts';
    const commands = JSON.parse(${JSON.stringify(JSON.stringify(described))});
    const load = { ${load.join('\n')} };
    void main(process.argv.slice(2), { root: require('node:path').dirname(__dirname), pjson: ${JSON.stringify({ name, version, oclif })}, commands, load });`;
}

async function buildProgram(contents) {
  const found = new Set();
  const stdin = { contents, resolveDir: root, sourcefile: 'entry.ts', loader: 'ts' };
  await build({ ...shared, stdin, outfile: join(dist, 'main.cjs'), plugins: [withStubs, slimOclif, withHeavyApart(found, './packages')] });
  return found;
}

async function buildPackages(names) {
  const outdir = join(dist, 'packages');
  const done = new Set();
  for (let todo = [...names]; todo.length > 0;) {
    const found = new Set();
    for (const name of todo) {
      const stdin = { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root, sourcefile: 'package.cjs' };
      const apart = withHeavyApart(found, '.');
      const entry = {
        name: 'entry',
        setup: ({ onResolve }) => onResolve({ filter: /.*/ }, ({ path, importer }) => (importer.endsWith('package.cjs') && path === name ? { path: require.resolve(name) } : undefined)),
      };
      await build({ ...shared, stdin, outfile: join(outdir, fileOf(name)), plugins: [entry, withStubs, apart] });
      done.add(name);
    }
    todo = [...found].filter((name) => !done.has(name));
  }
}

const commands = findCommands(join(root, 'src/commands'));
const described = await describe(commands);
rmSync(dist, { recursive: true, force: true });
const found = await buildProgram(entryOf(commands, described));
await buildPackages(found);
writeFileSync(join(dist, 'oclif.manifest.json'), JSON.stringify({ commands: described }));
rememberBuild(root);
