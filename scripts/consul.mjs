// Fetches the Consul that the tests run against, from Debian's archive, and prints where it is. Nothing is installed:
// one file in the cache. Debian 12 has no Consul; the release before it has. The archive's address is that of this
// machine's own apt sources.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAptSources, mirrorLines } from '../src/lib/build/base-images/apt-sources.ts';
import { cacheDirectory } from '../src/lib/use-cases/cache-directory.ts';
import { main, Stop } from './steps.mjs';

const release = 'bullseye';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const cache = cacheDirectory({ environment: process.env, homeDirectory: homedir() });
const program = join(cache, 'consul');

function call(command, args, cwd) {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0)
    throw new Stop(`"${command} ${args[0]}" for Consul did not work: ${(error?.message ?? stderr).trim()}`);
}

/** Apt with lists and a status of its own, so that the machine's stay as they are. */
function download(directory, line) {
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
  call('apt-get', ['-qq', ...settings, 'download', 'consul'], directory);
}

function unpack(directory) {
  const archive = readdirSync(directory).find((name) => name.endsWith('.deb'));
  call('dpkg', ['-x', archive, 'files'], directory);
  mkdirSync(cache, { recursive: true });
  const part = join(cache, `.consul-${process.pid}`);
  copyFileSync(join(directory, 'files', 'usr', 'bin', 'consul'), part);
  chmodSync(part, 0o755);
  renameSync(part, program);
}

await main(async () => {
  if (existsSync(program)) return;
  const [line] = mirrorLines(await loadAptSources(), release);
  if (line === undefined) throw new Stop('no apt source of this machine is an archive of Debian; put `consul` in PATH');
  const directory = mkdtempSync(join(tmpdir(), 'dockerops-consul-'));
  try {
    download(directory, line);
    unpack(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
