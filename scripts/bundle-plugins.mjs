// How packages are bundled: stubs for what is never used, modules of oclif loaded on first use, and heavy packages in
// files of their own, also loaded on first use.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** Large packages that not every command needs. */
const heavy = /^(dockerode|ajv|tar-stream|execa|pino|prom-client|yaml|fastify|croner|ws)($|\/)/;

/** Modules of Node that take a millisecond or more to load, and that not every command needs. */
const heavyBuiltins = /^node:(child_process|crypto|https|readline|sqlite|tls|zlib|stream\/consumers|.*\/promises)$/;

/** What our packages load for features that we do not use. A stub throws, or does nothing, when it is used. */
const refusing = (name) => `const refuse = () => { throw new Error('${name} is not part of this build'); };
module.exports = new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? false : refuse),
  construct: refuse,
  apply: refuse,
});`;
const refused = [
  'ssh2',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'cpu-features',
  'typescript',
  'tinyglobby',
  'minimatch',
  'lilconfig',
  'semver',
];
const stubs = new Map([
  ...refused.map((name) => [name, refusing(name)]),
  // oclif creates a spinner at start on every terminal; we never show it.
  [
    'cli-spinners',
    `const spinner = { interval: 100, frames: ['-'] };
    module.exports = new Proxy({}, { get: (_, key) => (key === '__esModule' ? undefined : spinner) });`,
  ],
  ['wsl-utils', 'exports.isWsl = false;'],
  // Importing this as a module makes Node open standard input, as it enumerates all properties of `process`.
  ['node:process', 'module.exports = process;'],
  ['debug', 'module.exports = () => Object.assign(() => {}, { enabled: false });'],
]);

export const withStubs = {
  name: 'stubs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@#a-z]/ }, ({ path }) => (stubs.has(path) ? { path, namespace: 'stub' } : undefined));
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: stubs.get(path) }));
  },
};

/** The index of oclif loads all of it; a command needs only these. */
export const slimOclif = {
  name: 'slim-oclif',
  setup({ onResolve, onLoad }) {
    const contents = `exports.Command = require('@oclif/core/command').Command;
      exports.Flags = require('@oclif/core/flags');
      exports.Args = require('@oclif/core/args');
      Object.defineProperty(exports, 'Config', { enumerable: true, get: () => require('@oclif/core/config').Config });
      Object.defineProperty(exports, 'Help', { enumerable: true, get: () => require('@oclif/core/help').Help });`;
    onResolve({ filter: /^@oclif\/core$/ }, ({ path, importer }) =>
      importer.includes('node_modules') ? undefined : { path, namespace: 'slim-oclif' },
    );
    onLoad({ filter: /.*/, namespace: 'slim-oclif' }, () => ({ contents, resolveDir: root }));
  },
};

/** As TypeScript writes an import: `const errors_1 = require("../errors");`, with or without a helper around it. */
const imported = /^const (\w+) = ((?:__importDefault|__importStar)\()?require\("([^"]+)"\)\)?;$/gm;

/**
 * Its modules import nearly all of it, of which a command that is not about help or errors uses little. What they
 * import is required where it is used instead of at the top.
 */
export const lazyOclif = {
  name: 'lazy-oclif',
  setup({ onLoad }) {
    onLoad({ filter: /\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => ({
      contents: requiredOnUse(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

function requiredOnUse(source) {
  const imports = [...source.matchAll(imported)];
  return imports.reduce((text, [line, name, helper = '', from]) => {
    const required = `(${helper}require("${from}")${helper === '' ? '' : ')'})`;
    return text.replace(line, '').replaceAll(new RegExp(`\\b${name}\\b`, 'g'), required);
  }, source);
}

export const fileOf = (name) => `${name.replaceAll(/[^a-z0-9-]+/gi, '_')}.cjs`;

/**
 * In the program: heavy packages stand apart, behind something that looks like them and loads them at the first touch.
 */
export function heavyOnUse(found) {
  return {
    name: 'heavy-on-use',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/packages\// }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: heavy }, ({ path }) => {
        found.add(path);
        return { path, namespace: 'heavy' };
      });
      onResolve({ filter: heavyBuiltins }, ({ path, kind, namespace }) => {
        if (namespace.startsWith('heavy')) return undefined;
        return { path, namespace: kind === 'import-statement' ? 'heavy-import' : 'heavy' };
      });
      onLoad({ filter: /.*/, namespace: 'heavy-import' }, ({ path }) => ({ contents: importedOnUse(path) }));
      onLoad({ filter: /.*/, namespace: 'heavy' }, ({ path }) => ({
        contents: loadedOnUse(path, heavyBuiltins.test(path) ? path : `./packages/${fileOf(path)}`),
      }));
    },
  };
}

function loadedOnUse(name, from) {
  const members = Object.keys(require(name)).filter(
    (member) => !['default', 'length', 'name', 'prototype', '__esModule', 'module.exports'].includes(member),
  );
  return `const load = () => require('${from}');
    const behind = new Proxy(function () {}, {
      apply: (_, self, args) => Reflect.apply(load(), self, args),
      construct: (_, args) => Reflect.construct(load(), args),
    });
    for (const member of ${JSON.stringify(members)})
      Object.defineProperty(behind, member, { enumerable: true, get: () => load()[member] });
    module.exports = behind;`;
}

/** For our own imports. What they do not use falls away, and no importer makes an object of all members at start. */
function importedOnUse(name) {
  const load = `const load = () => require('${name}');`;
  const members = Object.entries(require(name)).filter(([member]) => member !== 'default');
  const exported = members.map(([member, value]) =>
    typeof value === 'function' && /^[a-z]/.test(member)
      ? `export const ${member} = (...args) => load().${member}(...args);`
      : `export const ${member} = /* @__PURE__ */ new Proxy(function () {}, {
          get: (_, key) => load().${member}[key],
          construct: (_, args) => Reflect.construct(load().${member}, args),
        });`,
  );
  return [load, ...exported].join('\n');
}

/** In a heavy package: the others are files beside it. */
export function heavyBeside(self, found) {
  return {
    name: 'heavy-beside',
    setup({ onResolve }) {
      onResolve({ filter: heavy }, ({ path, importer }) => {
        const isSelf = path === self || importer.includes(`/node_modules/${path.split('/')[0]}/`);
        if (isSelf) return undefined;
        found.add(path);
        return { path: `./${fileOf(path)}`, external: true };
      });
    },
  };
}
