// npm test: everything that continuous integration runs, from a bare clone. The last line counts passed and failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canInstall, missingPackages } from './debian.mjs';
import { prepareEngine } from './engine.mjs';
import { prepareRepository } from './repository.mjs';
import { environment, exitCodeOf, main, node, root, step, Stop } from './steps.mjs';

const needs = {
  curl: 'the guide asks a web service, and its test types what it says',
  'busybox-static': 'the image of the integration tests',
  'openssh-client': 'logging in to instances, and making keys',
  'python3-dnspython': 'tests of the DNS',
  bind9: 'tests of the DNS (its service is not started)',
  'bind9-utils': 'tests of the DNS',
  chromium: 'tests of the web page',
  tmux: 'tests on a terminal',
  mount: 'tests of a full disk and of a second machine',
  iproute2: 'tests look at the interfaces of this machine',
  'iputils-ping': 'tests ping instances',
};

const none = { passed: 0, failed: 0, skipped: 0 };
const isStrict = (process.env.CI ?? '') !== '' || process.env.DOCKEROPS_REQUIRE_ENGINE === '1';

/** A check that counts as one test. */
async function check(command, args) {
  const code = await exitCodeOf(command, args);
  return code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 };
}

function sumOf(all) {
  const total = (key) => all.reduce((sum, counts) => sum + counts[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

/** `jobs`: so many files at a time. */
async function mocha(directory, { jobs = 1 } = {}) {
  if (!hasSpecs(join(root, 'test', directory))) return none;
  const notes = mkdtempSync(join(tmpdir(), 'dockerops-test-'));
  const counts = join(notes, 'counts.json');
  const env = { ...environment(), DOCKEROPS_TEST_COUNTS: counts, ...(isStrict && { DOCKEROPS_REQUIRE_ENGINE: '1' }) };
  const code = await exitCodeOf(
    'mocha',
    [
      ...['--reporter', join(root, 'scripts', 'mocha-reporter.cjs')],
      ...(jobs === 1 ? [] : ['--parallel', '--jobs', String(jobs)]),
      `test/${directory}/**/*.spec.ts`,
    ],
    { env },
  );
  const { passes = 0, failures = 0, pending = 0 } = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : {};
  rmSync(notes, { recursive: true });
  return { passed: passes, failed: code === 0 ? failures : Math.max(1, failures), skipped: pending };
}

function hasSpecs(directory) {
  return existsSync(directory) && readdirSync(directory, { recursive: true }).some((name) => name.endsWith('.spec.ts'));
}

/** Python's unittest prints its counts to standard error: `Ran 51 tests`, `FAILED (failures=1, skipped=1)`. */
async function dns() {
  const script = join(root, 'test', 'dns', 'run');
  if (!existsSync(script)) return none;
  const { code, text } = await shown(script);
  const of = (pattern) => Number(pattern.exec(text)?.[1] ?? 0);
  const skipped = of(/skipped=(\d+)/);
  const failed = of(/failures=(\d+)/) + of(/errors=(\d+)/);
  return {
    passed: Math.max(0, of(/^Ran (\d+) tests?/m) - failed - skipped),
    failed: code === 0 ? failed : Math.max(1, failed),
    skipped,
  };
}

function shown(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk) => {
      process.stderr.write(chunk);
      text += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

const suites = {
  lint: () => check('eslint', ['.']),
  format: () => check('prettier', ['--check', 'src', 'test', 'bench', 'scripts', 'bin', '*.js']),
  typecheck: async () => sumOf([await check('tsc', []), await check('tsc', ['--project', 'src/page'])]),
  unused: () => check('knip', []),
  unit: () => mocha('unit'),
  fuzz: () => mocha('fuzz'),
  dns,
  contract: () => mocha('contract'),
  integration: () => mocha('integration'),
  // Most of its time is the engine's and waiting.
  e2e: () => mocha('e2e', { jobs: 2 }),
  faults: () => mocha('faults'),
};

function chosen(names) {
  const unknown = names.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined)
    throw new Stop(`there is no suite "${unknown}"; there are ${Object.keys(suites).join(', ')}`);
  return names.length === 0 ? Object.keys(suites) : names;
}

async function prepareMachine() {
  try {
    await prepareEngine(needs);
  } catch (error) {
    if (isStrict || !(error instanceof Stop)) throw error;
    process.stdout.write(`\n${error.message}\nTests that need an engine will be skipped.\n`);
  }
  await step("Consul and etcd for the tests, in the cache (from Debian's archive)", async () => {
    for (const script of ['consul.mjs', 'etcd.mjs']) await exitCodeOf(node(), [`scripts/${script}`]);
  });
  const missing = canInstall() || process.platform !== 'linux' ? [] : missingPackages(needs);
  if (missing.length > 0)
    process.stdout.write(`\nSome tests need packages that are not installed: ${missing.join(' ')}\n`);
}

await main(async () => {
  const names = chosen(process.argv.slice(2));
  await prepareRepository();
  await prepareMachine();
  const sum = { ...none };
  const broken = [];
  for (const name of names) {
    const counts = await step(name, suites[name]);
    for (const key of Object.keys(sum)) sum[key] += counts[key];
    if (counts.failed > 0) broken.push(name);
  }
  if (sum.skipped > 0) process.stdout.write(`\n${sum.skipped} skipped\n`);
  if (broken.length > 0) process.stdout.write(`\nfailed: ${broken.join(', ')}\n`);
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`);
  return sum.failed === 0 ? 0 : 1;
});
