// Whether the build and node_modules are up to date with the sources, so that a second run of a script does nothing.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const inputs = [
  ...['src', 'scripts/build.mjs', 'scripts/bundle-plugins.mjs', 'scripts/licenses.mjs'],
  ...['package.json', 'package-lock.json'],
];

export function isBuildStale(root) {
  const note = join(root, 'dist', 'built-from');
  return !existsSync(note) || readFileSync(note, 'utf8') !== hashOf(root, inputs);
}

export function rememberBuild(root, dist) {
  writeFileSync(join(dist, 'built-from'), hashOf(root, inputs));
}

/** Compares with npm's own record in node_modules, which lacks packages of other platforms. */
export function isInstallStale(root) {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return true;
  const installed = packagesOf(note);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).some(
    ([name, { version, link, optional }]) =>
      name !== '' &&
      !link &&
      (installed[name] === undefined
        ? name.startsWith('node_modules/') && !optional
        : installed[name].version !== version),
  );
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

function hashOf(root, paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesBelow(join(root, path)))) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
