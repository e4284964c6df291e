/**
 * Runs the bundle with V8's code cache. Node's own compile cache keeps only functions that are compiled while a file
 * loads; this one keeps everything that an earlier run of the same command compiled, which saves most of the start.
 * Built to dist/run-bundle.cjs.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { cacheDirectory } from './lib/cache-directory.ts';
import { trustOf } from './lib/trusted-directory.ts';
import { makeOwnDirectory, readTrustedFile, writeTrustedFile } from './lib/trusted-file.ts';

/** What the text of the bundle is: a function of what a module is given. */
type Program = (
  exports: object,
  require: (id: string) => unknown,
  module: { readonly exports: object },
  filename: string,
  directory: string,
) => void;

/** How many builds keep their code: upgrades leave the code of earlier builds behind. */
const keptBuilds = 3;

/** `command`: the first argument. Each command has a cache of its own, as each compiles other functions. */
export function runBundle(bundle: string, command = ''): void {
  const cache = cacheDirectory({ environment: process.env, homeDirectory: process.env['HOME'] ?? '' });
  const place = cache === undefined ? undefined : placeOf(bundle, join(cache, 'compiled'), command);
  const cachedData = place === undefined ? undefined : readTrustedFile(place);
  // A function expression in pure ASCII: read as latin1 it is neither decoded nor copied.
  const script = new Script(readFileSync(bundle, 'latin1'), {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  // A command that failed has compiled only part of what it needs.
  if (place !== undefined && script.cachedDataRejected !== false)
    process.once('exit', (code) => {
      if (code === 0) keep(place, script.createCachedData());
    });
  const module = { exports: {} };
  const program = script.runInThisContext() as Program;
  program(module.exports, requireFrom(bundle, cache), module, bundle, dirname(bundle));
}

/** Each module of the bundle requires what it needs: asked for the same again, Node would look it up each time. */
function requireFrom(bundle: string, cache: string | undefined): NodeJS.Require {
  const load = createRequire(bundle);
  const loaded = new Map<string, unknown>();
  const loadOnce = (id: string): unknown => {
    if (!loaded.has(id)) {
      // Packages in files of their own are compiled by Node, which can keep their code as well.
      if (cache !== undefined && id.startsWith('./packages/')) keepPackages(join(cache, 'compiled', 'packages'));
      loaded.set(id, load(id));
    }
    return loaded.get(id);
  };
  return Object.assign(loadOnce, load);
}

/** Node looks at no owner and no mode of its files, so they are in a directory that nobody else could ever enter. */
function keepPackages(directory: string): void {
  if (!makeOwnDirectory(directory)) return;
  const trust = trustOf(directory);
  if (trust.kind === 'own' && trust.isPrivate) enableCompileCache(directory);
}

/** The path has the hash of the bundle: V8 checks only the length of the source, its own version and flags. */
function placeOf(bundle: string, compiled: string, command: string): string | undefined {
  const [name = 'none'] = /^[a-z][a-z_]{0,19}/.exec(command) ?? [];
  try {
    const id = readFileSync(join(dirname(bundle), 'bundle-id'), 'latin1').slice(0, 16);
    return join(compiled, `code-${id}`, `${process.version}-${process.arch}-${name}`);
  } catch {
    return undefined;
  }
}

function keep(place: string, data: Buffer): void {
  const isFirst = trustOf(dirname(place)).kind === 'absent';
  if (writeTrustedFile(place, data) && isFirst) removeOldest(dirname(dirname(place)));
}

function removeOldest(compiled: string): void {
  try {
    const builds = readdirSync(compiled)
      .filter((name) => name.startsWith('code-'))
      .map((name) => ({ directory: join(compiled, name), time: statSync(join(compiled, name)).mtimeMs }))
      .sort((a, b) => b.time - a.time);
    for (const { directory } of builds.slice(keptBuilds)) rmSync(directory, { recursive: true, force: true });
  } catch {
    // Another command may be removing them.
  }
}
