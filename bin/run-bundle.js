'use strict';
// Runs the bundle with V8's code cache. Node's own compile cache keeps only functions that are compiled while a file
// loads; this one keeps everything that an earlier run of the same command compiled, which saves most of the start.
const fs = require('fs');
const { createRequire, enableCompileCache } = require('module');
const path = require('path');
const vm = require('vm');

/** How many builds keep their code: upgrades leave the code of earlier builds behind. */
const keptBuilds = 3;

/** `command`: the first argument. Each command has a cache of its own, as each compiles other functions. */
exports.runBundle = function (bundle, directory, command) {
  const cacheDirectory = directory && isOurs(directory) ? directory : undefined;
  const place = cacheDirectory && placeOf(bundle, cacheDirectory, command);
  const cachedData = place && read(place);
  // A function expression in pure ASCII: read as latin1 it is neither decoded nor copied.
  const source = fs.readFileSync(bundle, 'latin1');
  const script = new vm.Script(source, {
    filename: bundle,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  // A command that failed has compiled only part of what it needs.
  if (place && (!cachedData || script.cachedDataRejected))
    process.once('exit', (code) => code === 0 && keep(place, script.createCachedData()));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireFrom(bundle, cacheDirectory), module, bundle, path.dirname(bundle));
};

/** Node compiles packages in files of their own; its compile cache is enabled when the first one is loaded. */
function requireFrom(bundle, cacheDirectory) {
  const load = createRequire(bundle);
  const loadWithCache = (id) => {
    if (cacheDirectory && id.startsWith('./packages/')) enableCompileCache(cacheDirectory);
    return load(id);
  };
  return Object.assign(loadWithCache, load);
}

/** Under sudo HOME may be that of the caller: code that another user could have written must not run. */
function isOurs(directory) {
  if (!process.getuid) return true;
  try {
    const found = fs.statSync(directory, { throwIfNoEntry: false });
    if (found) return found.uid === process.getuid();
  } catch {
    return false;
  }
  return directory !== path.dirname(directory) && isOurs(path.dirname(directory));
}

/** The path has the hash of the bundle: V8 checks only the length of the source, its own version and flags. */
function placeOf(bundle, cacheDirectory, command) {
  const id = read(path.join(path.dirname(bundle), 'bundle-id'));
  const name = /^[a-z][a-z_]*/.exec(command || '');
  return (
    id &&
    path.join(
      cacheDirectory,
      `code-${id.toString().slice(0, 16)}`,
      `${process.version}-${process.arch}-${name ? name[0].slice(0, 20) : 'none'}`,
    )
  );
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Writes to a temporary name first, as other commands may do the same. Errors only make the next start slower. */
function keep(place, data) {
  try {
    const directory = path.dirname(place);
    const isNewBuild = fs.mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined;
    if (isNewBuild) removeOldest(path.dirname(directory));
    fs.writeFileSync(`${place}.${process.pid}`, data, { mode: 0o600 });
    fs.renameSync(`${place}.${process.pid}`, place);
  } catch {}
}

function removeOldest(cacheDirectory) {
  const builds = fs
    .readdirSync(cacheDirectory)
    .filter((name) => name.startsWith('code-'))
    .map((name) => path.join(cacheDirectory, name));
  const byAge = builds
    .map((directory) => ({ directory, time: fs.statSync(directory).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { directory } of byAge.slice(keptBuilds)) fs.rmSync(directory, { recursive: true, force: true });
}
