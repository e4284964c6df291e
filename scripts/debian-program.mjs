// Fetches single programs for the tests from Debian's archive into the cache. Nothing is installed: apt works with
// lists and a status of its own, and the archive's address is that of this machine's own apt sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAptSources, mirrorLines } from '../src/lib/build/base-images/apt-sources.ts';
import { cacheDirectory } from '../src/lib/cache-directory.ts';
import { makeOwnDirectory, readTrustedFile, writeTrustedFile } from '../src/lib/trusted-file.ts';
import { canInstall } from './debian.mjs';
import { Stop } from './steps.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const cache = cacheDirectory({ environment: process.env, homeDirectory: homedir() });

/** Whether a program is in the cache as it was put there. */
function isKept(as) {
  const digest = readTrustedFile(join(cache, `${as}.sha256`))?.toString();
  return digest !== undefined && existsSync(join(cache, as)) && digest === digestOf(join(cache, as));
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Puts each `/usr/bin/<program>` of a package of a release into the cache, as `<as>`. Not on Debian: advises. */
export async function fetchPrograms(programs) {
  if (cache === undefined || !makeOwnDirectory(cache))
    throw new Stop('no cache directory that only you can change: see "dockerops doctor"');
  const missing = programs.filter(({ as }) => !isKept(as));
  if (canInstall()) for (const each of missing) await fetchProgram(each);
  else
    for (const { program, as } of missing)
      process.stdout.write(`no ${as} in ${cache}: tests use \`${program}\` in PATH\n`);
}

async function fetchProgram({ program, debianPackage, release, as }) {
  const [line] = mirrorLines(await loadAptSources(), release);
  if (line === undefined)
    throw new Stop(`no apt source of this machine is an archive of Debian; put \`${program}\` in PATH`);
  const directory = mkdtempSync(join(tmpdir(), 'dockerops-program-'));
  try {
    download(directory, line, debianPackage);
    unpack(directory, program, as);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function download(directory, line, debianPackage) {
  const sources = join(directory, 'sources.list');
  writeFileSync(sources, `${line.replace(/^deb /, `deb [signed-by=${keyring}] `)}\n`);
  mkdirSync(join(directory, 'lists', 'partial'), { recursive: true });
  const settings = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(directory, 'lists')}`,
    'Dir::State::status=/dev/null',
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  call('apt-get', ['-qq', ...settings, 'update'], directory);
  call('apt-get', ['-qq', ...settings, 'download', debianPackage], directory);
}

/** Puts it in place under its name at once, so that an interrupted copy is never taken for the program. */
function unpack(directory, program, as) {
  const target = join(cache, as);
  const archive = readdirSync(directory).find((name) => name.endsWith('.deb'));
  call('dpkg', ['-x', archive, 'files'], directory);
  const part = `${target}.${process.pid}`;
  copyFileSync(join(directory, 'files', 'usr', 'bin', program), part);
  chmodSync(part, 0o755);
  rmSync(`${target}.sha256`, { force: true });
  renameSync(part, target);
  writeTrustedFile(`${target}.sha256`, digestOf(target));
}

function call(command, args, cwd) {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Stop(`"${command} ${args[0]}" failed: ${(error?.message ?? stderr).trim()}`);
}
