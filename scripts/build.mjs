// Makes dist/: one minified file with our code and oclif, and one for each heavy package.
// The commands' names, arguments and help are read from their classes here, so that starting reads none of them.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileOf, heavyBeside, heavyOnUse, lazyOclif, slimOclif, withStubs } from './bundle-plugins.mjs';
import { describeCommands, findCommands } from './commands.mjs';
import { bundledPackages, licensesText } from './licenses.mjs';
import { bundleName, ownBundles } from '../src/run-bundle.ts';
import { rememberBuild } from './stale.mjs';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// --readable keeps names and lines, for profiles.
const minify = !process.argv.includes('--readable');
/** The build is written here and then moved to dist/, so that a command that runs meanwhile never sees half of it. */
const dist = join(root, '.cache', `dist-${process.pid}`);
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify,
  lineLimit: 160,
  // The licenses of all packages are in one file.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

const metafiles = [];

async function bundle(options) {
  const { metafile } = await build({ ...shared, ...options });
  metafiles.push(metafile);
}

/** The whole program loads a command's code when it runs. */
function entryOfAll(commands, described) {
  const load = commands.map(({ id, file }) => `${JSON.stringify(id)}: () => import(${importable(file)}),`);
  return entryOf('', load.join('\n'), described);
}

/** A command's own program is all of one piece, which starts faster. */
function entryOfOne({ id, file }, described) {
  const clash = Object.keys(described).find((other) => other.startsWith(`${id}:`));
  if (clash !== undefined) throw new Error(`"${id}" cannot have a bundle of its own beside the command "${clash}"`);
  return entryOf(
    `import * as command from ${importable(file)};`,
    `${JSON.stringify(id)}: async () => command`,
    described,
  );
}

const importable = (file) => JSON.stringify(`./${relative(root, file)}`);

function entryOf(imports, load, described) {
  const { name, version, oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pjson = JSON.stringify({ name, version, oclif });
  return `import { main } from './src/main.ts';
    ${imports}
    const root = require('node:path').dirname(__dirname);
    const manifest = JSON.parse(${JSON.stringify(JSON.stringify(Object.values(described).map(forParsing)))});
    const load = { ${load} };
    const commands = () =>
      JSON.parse(require('node:fs').readFileSync(__dirname + '/oclif.manifest.json', 'utf8')).commands;
    void main(process.argv.slice(2), { root, pjson: ${pjson}, manifest, commands, load });`;
}

/** What each start needs of a command's description; the texts of its help are in a file beside. */
function forParsing({ id, aliases, hiddenAliases, args = {}, flags = {} }) {
  const each = (members, choose) => Object.fromEntries(Object.entries(members).map(([k, v]) => [k, choose(v)]));
  return {
    id,
    aliases,
    hiddenAliases,
    args: each(args, ({ multiple }) => (multiple ? { multiple } : {})),
    flags: each(flags, ({ type, char, aliases: others, allowNo, helpValue }) => ({
      type,
      char,
      aliases: others,
      allowNo,
      ...(/^\[[^[\]]*\]$/.test(helpValue) ? { helpValue } : {}),
    })),
  };
}

/** esbuild does not escape characters in regular expressions. */
function makeAscii(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replaceAll(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** Bundles our code and returns the names of the heavy packages that it left out. */
async function buildProgram(contents, name) {
  const found = new Set();
  const stdin = { contents, resolveDir: root, sourcefile: 'entry.ts', loader: 'ts' };
  // src/run-bundle.ts evaluates the bundle as a function expression.
  const around = {
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
  };
  // Its UMD build calls `require` in a way that bundlers cannot follow.
  const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
  await bundle({
    ...around,
    stdin,
    alias,
    outfile: join(dist, name),
    sourcemap: 'external',
    sourcesContent: false,
    plugins: [withStubs, slimOclif, lazyOclif, heavyOnUse(found)],
  });
  makeAscii(join(dist, name));
  return found;
}

async function buildPackages(names) {
  const done = new Set();
  for (let todo = names; todo.size > 0;) {
    const found = new Set();
    for (const name of todo) {
      const stdin = {
        contents: `module.exports = require(${JSON.stringify(name)});`,
        resolveDir: root,
        sourcefile: 'package.cjs',
      };
      // `module` first: the main file of some packages calls `require` in a way that bundlers cannot follow.
      await bundle({
        stdin,
        mainFields: ['module', 'main'],
        outfile: join(dist, 'packages', fileOf(name)),
        plugins: [withStubs, heavyBeside(name, found)],
      });
      done.add(name);
    }
    todo = new Set([...found].filter((name) => !done.has(name)));
  }
}

if (!process.features.typescript) {
  process.stderr.write(
    'The build reads TypeScript: it needs Node.js 22.18 or later. "npm run build" uses the one of this repository.\n',
  );
  process.exit(1);
}
/** What bin/dockerops starts. */
async function buildLauncher(id) {
  await bundle({
    entryPoints: [join(root, 'src/run-bundle.ts')],
    outfile: join(dist, 'run-bundle.cjs'),
    define: { BUILD_ID: JSON.stringify(id.slice(0, 16)) },
  });
}

/** The threads in which policies of a registrator run, and what these policies may import. */
async function buildPolicies() {
  const policies = { format: 'esm', lineLimit: undefined };
  await bundle({
    ...policies,
    entryPoints: [join(root, 'src/lib/policies/worker.ts')],
    outfile: join(dist, 'policy-worker.mjs'),
  });
  const entry = join(root, 'src/lib/policies/public.ts');
  await bundle({ ...policies, entryPoints: [entry], outfile: join(dist, 'policy.mjs') });
  mkdirSync(join(dist, 'policy-types'));
  for (const [name, output] of declarationsOf(['public.ts', 'policy.ts', 'container-view.ts']))
    writeFileSync(join(dist, name), output);
}

/** The web page: one script and one style, named after their content, and the document that loads them. */
async function buildPage() {
  const source = join(root, 'src/page');
  await bundle({
    entryPoints: [join(source, 'main.tsx'), join(source, 'page.css'), join(source, 'icon.svg')],
    outdir: join(dist, 'page'),
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    format: 'esm',
    lineLimit: undefined,
    loader: { '.svg': 'copy' },
    entryNames: '[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const names = readdirSync(join(dist, 'page'));
  const named = (pattern) => names.find((name) => pattern.test(name));
  const html = readFileSync(join(source, 'index.html'), 'utf8')
    .replace('ICON', named(/\.svg$/))
    .replace('STYLE', named(/\.css$/))
    .replace('SCRIPT', named(/\.js$/));
  writeFileSync(join(dist, 'page', 'index.html'), html);
}

/** Declarations of files of which each is complete in itself. */
function declarationsOf(names) {
  return names.map((name) => {
    const source = readFileSync(join(root, 'src/lib/policies', name), 'utf8');
    const options = { fileName: name, compilerOptions: { allowImportingTsExtensions: true, target: 'es2023' } };
    const { outputText } = ts.transpileDeclaration(source, options);
    const isPublic = name === 'public.ts';
    const text = outputText.replaceAll(/'\.\/([a-z-]+)\.ts'/g, "'./policy-types/$1.js'");
    return isPublic
      ? ['policy.d.mts', text]
      : [`policy-types/${name.replace('.ts', '.d.ts')}`, text.replaceAll('./policy-types/', './')];
  });
}

const commands = findCommands(join(root, 'src/commands'));
const described = await describeCommands(commands);
const bundles = ['main.cjs'];
await buildPackages(await buildProgram(entryOfAll(commands, described), 'main.cjs'));
for (const command of commands.filter(({ id }) => ownBundles.includes(id))) {
  bundles.push(bundleName(command.id));
  await buildProgram(entryOfOne(command, described), bundleName(command.id));
}
await buildPolicies();
await buildPage();
const id = bundles
  .reduce((hash, name) => hash.update(readFileSync(join(dist, name))), createHash('sha256'))
  .digest('hex');
await buildLauncher(id);
writeFileSync(join(dist, 'oclif.manifest.json'), JSON.stringify({ commands: described }));
writeFileSync(join(dist, 'bundle-id'), id);
writeFileSync(join(dist, 'third-party-licenses.txt'), licensesText(bundledPackages(metafiles)));
rememberBuild(root, dist);
rmSync(join(root, 'dist'), { recursive: true, force: true });
renameSync(dist, join(root, 'dist'));
