// The Node.js of a package: the one that the repository itself is built and tested with. Its version and its checksum
// are those of package-lock.json, as for `npm ci`.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, Stop } from '../steps.mjs';

/** Fetches the Node.js for `architecture` (x64, arm64) with npm, which may have it in its cache, into `directory`. */
export async function fetchNode(architecture, directory) {
  const name = `node-linux-${architecture}`;
  const { version, integrity } = lockedPackage(name);
  mkdirSync(directory);
  const options = ['--silent', '--prefer-offline', '--pack-destination', directory];
  await run('npm', ['pack', ...options, `${name}@${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = join(directory, `${name}-${version}.tgz`);
  const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (digest !== integrity) throw new Stop(`${name} ${version} is ${digest}, and package-lock.json says ${integrity}`);
  await run('tar', ['-xzf', archive, '-C', directory, 'package/bin/node', 'package/LICENSE']);
  return join(directory, 'package');
}

function lockedPackage(name) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return packages[`node_modules/${name}`];
}
