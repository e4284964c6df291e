'use strict';
// Runs the program with the machine code that V8 made of it at an earlier time. Node's own compile cache keeps what is
// compiled at the start of a file; here it is all that one run of the same command used, which is most of the starting
// time.
const fs = require('fs');
const { createRequire, enableCompileCache } = require('module');
const path = require('path');
const vm = require('vm');

/** Programs of which code is kept: an upgrade leaves its predecessor's behind. */
const keptBuilds = 3;

/** `command` is the first word after the program's name: each command uses other code. */
exports.runBundle = function (bundle, directory, command) {
  const cacheDirectory = directory && isOurs(directory) ? directory : undefined;
  const place = cacheDirectory && placeOf(bundle, cacheDirectory, command);
  const cachedData = place && read(place);
  // A function of what modules are given, in ASCII alone: read so, it needs no decoding and no copy.
  const source = fs.readFileSync(bundle, 'latin1');
  const script = new vm.Script(source, {
    filename: bundle,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  // A command that failed has used only some of it.
  if (place && (!cachedData || script.cachedDataRejected))
    process.once('exit', (code) => code === 0 && keep(place, script.createCachedData()));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireFrom(bundle, cacheDirectory), module, bundle, path.dirname(bundle));
};

/** Packages in files of their own are compiled by Node, which can keep their code as well. */
function requireFrom(bundle, cacheDirectory) {
  const load = createRequire(bundle);
  const loadWithCache = (id) => {
    if (cacheDirectory && id.startsWith('./packages/')) enableCompileCache(cacheDirectory);
    return load(id);
  };
  return Object.assign(loadWithCache, load);
}

/** With sudo the home may still be the caller's: code that somebody else could have put there is not run. */
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

/** V8 itself compares only the length of the source, its own version and flags. */
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

/**
 * Beside its place and moved there, as another command may be doing the same; where it cannot be kept, the next start
 * is as slow.
 */
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
