// Makes the packages: make.mjs [--into DIRECTORY] [--for x64]... Called by scripts/package.mjs, with the Node.js of the
// repository. The same sources give the same bytes.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeCommands, findCommands } from '../commands.mjs';
import { main, root, run } from '../steps.mjs';
import { contentsOf } from './contents.mjs';
import { makeDebianPackage } from './debian-package.mjs';
import { fetchNode } from './node-binary.mjs';
import { stage } from './stage.mjs';

async function readRelease() {
  const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const commands = Object.values(await describeCommands(findCommands(join(root, 'src/commands'))));
  return { version, description, commands, date: new Date(secondsOfSources() * 1000) };
}

/** Of all files in a package: https://reproducible-builds.org/specs/source-date-epoch/, else of the last commit. */
function secondsOfSources() {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  return Number(given ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));
}

async function makeArchive({ files, architecture, directory, target, release }) {
  const top = `dockerops-${release.version}-linux-${architecture}`;
  stage(join(directory, top), files, release.date);
  const owners = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--format=ustar'];
  const file = join(target, `${top}.tar.gz`);
  // The -n of gzip: no name and no time.
  await run('tar', [...owners, '--use-compress-program=gzip -6n', '-cf', file, '-C', directory, top]);
  return `${top}.tar.gz`;
}

async function makePackages(architecture, work, target, release) {
  const files = contentsOf(await fetchNode(architecture, join(work, 'node')), release);
  const made = [await makeArchive({ files, architecture, directory: join(work, 'archive'), target, release })];
  const directory = join(work, 'debian');
  if (hasDpkg()) made.push(await makeDebianPackage({ files, architecture, directory, target, release }));
  return made;
}

function hasDpkg() {
  return spawnSync('dpkg-deb', ['--version']).status === 0;
}

await main(async () => {
  const { values } = parseArgs({
    options: { into: { type: 'string', default: join(root, 'packages') }, for: { type: 'string', multiple: true } },
  });
  const target = resolve(values.into);
  mkdirSync(target, { recursive: true });
  const release = await readRelease();
  const work = mkdtempSync(join(tmpdir(), 'dockerops-package-'));
  try {
    const architectures = values.for ?? ['x64', 'arm64'];
    for (const architecture of architectures) mkdirSync(join(work, architecture));
    const made = await Promise.all(architectures.map((each) => makePackages(each, join(work, each), target, release)));
    for (const name of made.flat()) process.stdout.write(`${join(target, name)}\n`);
    if (!hasDpkg()) process.stdout.write('no Debian packages: they are made where dpkg-deb is\n');
  } finally {
    rmSync(work, { recursive: true });
  }
});
