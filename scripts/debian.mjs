// Finds missing packages on Debian and Ubuntu and, as root, installs them in one call, saying which and what for.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './steps.mjs';

export const isRoot = () => process.getuid?.() === 0;
export const canInstall = () => isRoot() && isDebian();

function isDebian() {
  if (!existsSync('/etc/os-release') || !existsSync('/usr/bin/apt-get')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** `needs`: package name to what it is for. */
export function missingPackages(needs) {
  return Object.keys(needs).filter((name) => {
    const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], {
      encoding: 'utf8',
    });
    return stdout !== 'installed';
  });
}

export async function installPackages(names, needs) {
  if (names.length === 0) return;
  for (const name of names) process.stdout.write(`    installing ${name}: ${needs[name]}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const allowServices = forbidServices();
  try {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    allowServices();
  }
}

/** Services of the packages are not started: bind9 must not take port 53, and we start the engine ourselves. */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => {};
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}
