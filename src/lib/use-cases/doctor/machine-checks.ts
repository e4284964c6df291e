import { quoteWords } from '../../shell-words.ts';
import type { Trust } from '../../trusted-directory.ts';
import type { Check } from './check.ts';

const minNode = '22.18.0';

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = minNode.split('.').map(Number);
  const isEnough = major > minMajor || (major === minMajor && minor >= minMinor);
  return {
    name: 'Node.js',
    status: isEnough ? 'ok' : 'fail',
    text: version,
    ...(isEnough ? {} : { fix: `install Node.js ${minNode} or newer: https://nodejs.org` }),
  };
}

export function checkSsh(isInstalled: boolean): Check {
  if (isInstalled) return { name: 'ssh', status: 'ok', text: 'the client is installed' };
  return {
    name: 'ssh',
    status: 'warn',
    text: 'no ssh client; "dockerops ssh" needs one, "shell" and "exec" do not',
    fix: 'on Debian and Ubuntu: sudo apt-get install openssh-client',
  };
}

/** `mode`: permission bits of the file; undefined if it does not exist. */
export function checkHostConf(path: string, mode: number | undefined): Check {
  if (mode === undefined) return { name: 'host.conf', status: 'ok', text: 'there is none' };
  const text = `mode ${mode.toString(8)}`;
  if ((mode & 0o077) === 0) return { name: 'host.conf', status: 'ok', text };
  return {
    name: 'host.conf',
    status: 'warn',
    text: `${text}: other users of this machine can read it`,
    fix: `chmod 600 ${path}`,
  };
}

/** `named`: where the cache would be; `used`: where it is; undefined: nothing is kept. */
export function checkCache(named: string, trust: Trust, used: string | undefined): Check {
  if (trust.kind !== 'refused') return { name: 'cache', status: 'ok', text: named };
  const reason = `${trust.path} ${trust.reason}`;
  if (used !== undefined) return { name: 'cache', status: 'ok', text: `${used}, because ${reason}` };
  return {
    name: 'cache',
    status: 'warn',
    text: `none, which makes every command slower: ${reason}`,
    fix: trust.isOpen
      ? `chmod go-w ${quoteWords([trust.path])}`
      : 'XDG_CACHE_HOME=<a directory that only you can change>',
  };
}
