/**
 * Runs the bundle with V8's code cache. Node's own compile cache keeps only functions that are compiled while a file
 * loads; this one keeps everything that an earlier run of the same command compiled, which saves most of the start.
 * Built to dist/run-bundle.cjs.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { cacheDirectory, type CacheRequest, namedCacheDirectory } from './lib/cache-directory.ts';
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

/**
 * The commands that are typed most have a bundle of their own, without what only other commands need: it is read and
 * compiled at each start. All others are in the whole bundle. The build makes them from this list.
 */
export const ownBundles: readonly string[] = ['build', 'complete', 'ps', 'run', 'version'];

/** A hash of all bundles, put in by the build: V8 checks only the length of the source, its own version and flags. */
declare const BUILD_ID: string;

/** How many builds keep their code: upgrades leave the code of earlier builds behind. */
const keptBuilds = 3;

/**
 * The part of the runs that keep their code although there is some: a first run may have had little to do, as in a
 * project without instances. To make the code takes 5 ms.
 */
const renewed = 1 / 20;

/**
 * `whole`: the path of the bundle with all commands; `words`: the arguments. Each command has a cache of its own, as
 * each compiles other functions, and so has help.
 */
export function runBundle(whole: string, words: readonly string[]): void {
  const command = commandOf(words);
  const bundle = ownBundles.includes(command) ? bundleOf(whole, command) : whole;
  const code = join('compiled', `code-${BUILD_ID}`, `${process.version}-${process.arch}-${command}`);
  const cachedData = readKept(code);
  // A function expression in pure ASCII: read as latin1 it is neither decoded nor copied.
  const script = new Script(readFileSync(bundle, 'latin1'), {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const kept = script.cachedDataRejected === false ? cachedData : undefined;
  if (kept === undefined || Math.random() < renewed)
    process.once('exit', (status) => {
      // A command that failed has compiled only part of what it needs.
      if (status === 0) keep(code, script, kept?.length);
    });
  const module = { exports: {} };
  const program = script.runInThisContext() as Program;
  program(module.exports, requireFrom(bundle), module, bundle, dirname(bundle));
}

function commandOf(words: readonly string[]): string {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  if (options.includes('--help') || options.includes('-h')) return 'help';
  return /^[a-z][a-z_]{0,19}(?=[:,]|$)/.exec(words[0] ?? '')?.[0] ?? 'none';
}

function bundleOf(whole: string, command: string): string {
  const own = join(dirname(whole), bundleName(command));
  return existsSync(own) ? own : whole;
}

/** File name of the bundle of one command. */
export function bundleName(command: string): string {
  return `main-${command}.cjs`;
}

/** Each module of the bundle requires what it needs: asked for the same again, Node would look it up each time. */
function requireFrom(bundle: string): NodeJS.Require {
  const load = createRequire(bundle);
  const loaded = new Map<string, unknown>();
  const loadOnce = (id: string): unknown => {
    if (!loaded.has(id)) {
      // Packages in files of their own are compiled by Node, which can keep their code as well.
      if (id.startsWith('./packages/')) keepPackages();
      loaded.set(id, load(id));
    }
    return loaded.get(id);
  };
  return Object.assign(loadOnce, load);
}

/** Node looks at no owner and no mode of its files, so they are in a directory that nobody else could ever enter. */
function keepPackages(): void {
  const cache = cacheDirectory(cacheRequest());
  if (cache === undefined) return;
  const directory = join(cache, 'compiled', 'packages');
  if (!makeOwnDirectory(directory)) return;
  const trust = trustOf(directory);
  if (trust.kind === 'own' && trust.isPrivate) enableCompileCache(directory);
}

function cacheRequest(): CacheRequest {
  return { environment: process.env, homeDirectory: process.env['HOME'] ?? '' };
}

/** At nearly every start the first directory is right, and reading a file there checks the way to it as well. */
function readKept(code: string): Buffer | undefined {
  const named = namedCacheDirectory(cacheRequest());
  const content = readTrustedFile(join(named, code));
  if (content !== undefined) return content;
  const cache = cacheDirectory(cacheRequest());
  return cache === undefined || cache === named ? undefined : readTrustedFile(join(cache, code));
}

/** Code that is not larger than what is kept (by `keptBytes`) has nothing new. */
function keep(code: string, script: Script, keptBytes = 0): void {
  const cache = cacheDirectory(cacheRequest());
  if (cache === undefined) return;
  const data = script.createCachedData();
  if (data.length < keptBytes * 1.02) return;
  const place = join(cache, code);
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
