// Finds a Docker engine on this machine; on Debian and Ubuntu as root it installs and starts one when there is none.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canInstall, installPackages, isRoot, missingPackages } from './debian.mjs';
import { run, step, Stop } from './steps.mjs';

const socket = '/var/run/docker.sock';
const log = '/var/log/dockerops-dockerd.log';
const startSeconds = 60;

const needs = {
  'docker.io': 'the Docker engine; nothing on this machine answers as one',
  iptables: 'the engine publishes ports with it',
  'ca-certificates': 'the engine checks image registries with it',
};
const baseNeeds = {
  mmdebstrap: "makes the base images from the distribution's signed archive",
  'ca-certificates': 'for archives reached by https',
};

/** `others`: packages for other purposes, so that everything is installed in one call. */
export async function prepareEngine(others = {}) {
  if (isElsewhere()) return;
  const answer = await ping();
  if (answer === 'denied')
    throw new Stop(
      `A Docker engine is there, but this user may not speak to it (${socket}). ` +
        'Run this as root, or join the group docker: sudo usermod -aG docker "$USER", then log in again.',
    );
  const all = { ...(answer === 'ok' || hasDaemon() ? {} : needs), ...baseNeeds, ...others };
  if (canInstall()) await install(all);
  else if (answer === 'none' && !canStart()) throw new Stop(advice());
  if (answer === 'none') await step('start the Docker engine', startEngine);
}

async function install(all) {
  const missing = missingPackages(all);
  if (missing.length > 0) await step(`install ${missing.join(', ')} (apt-get)`, () => installPackages(missing, all));
}

/** Whether the user chose an engine. Then dockerops itself reports when it does not answer. */
function isElsewhere() {
  if ((process.env.DOCKER_HOST ?? process.env.DOCKER_CONTEXT ?? '') !== '') return true;
  const config = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json');
  if (!existsSync(config)) return false;
  return !['', 'default'].includes(JSON.parse(readFileSync(config, 'utf8')).currentContext ?? '');
}

function ping() {
  return new Promise((resolve) => {
    const question = request({ socketPath: socket, path: '/_ping', timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 ? 'ok' : 'none');
    });
    question.once('timeout', () => question.destroy());
    question.once('error', ({ code }) => resolve(code === 'EACCES' ? 'denied' : 'none'));
    question.end();
  });
}

const hasDaemon = () =>
  ['/usr/bin', '/usr/sbin', '/usr/local/bin'].some((directory) => existsSync(join(directory, 'dockerd')));
const canStart = () => isRoot() && hasDaemon();

async function startEngine() {
  if (existsSync('/run/systemd/system')) await run('systemctl', ['start', 'docker']);
  else startDaemon();
  for (const end = performance.now() + startSeconds * 1000; performance.now() < end; await delay(100)) {
    if ((await ping()) === 'ok') return;
  }
  const last = existsSync(log)
    ? `\nThe end of ${log}:\n${readFileSync(log, 'utf8').split('\n').slice(-10).join('\n')}`
    : '';
  throw new Stop(`The Docker engine did not answer within ${startSeconds} s.${last}`);
}

function startDaemon() {
  process.stdout.write(`    no systemd runs here: dockerd is started in the background, its output is in ${log}\n`);
  const output = openSync(log, 'a');
  spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] }).unref();
}

function advice() {
  const install = {
    linux:
      'Install one: on Debian or Ubuntu "sudo apt-get install docker.io iptables" (or run this as root and it is ' +
      'done for you); elsewhere see your distribution, or docs.docker.com/engine/install.',
    darwin: 'Install and start Docker Desktop, Colima or OrbStack.',
    win32: 'Install and start Docker Desktop, and run this in WSL 2.',
  };
  return `No Docker engine answers at ${socket}. ${install[process.platform] ?? install.linux}\nThen run this again.`;
}
