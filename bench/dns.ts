import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DnsHostsLab } from './dns-hosts-lab.ts';
import { DnsLab, type ProcessCost } from './dns-lab.ts';
import { describeMachine } from './report.ts';
import { median } from './statistics.ts';

const size = 50;
const rounds = 7;
const idleSeconds = 20;
const loadSeconds = 10;

/** Measures the dynamic DNS on one host, and says what limits each figure. Needs the base images and no network. */
async function sameHost(lab: DnsLab): Promise<void> {
  const [one = ''] = lab.keys;
  say('Instances on the host of the DNS:');
  show(
    'run to resolvable, 1 instance',
    await startTimes(lab, [one], rounds),
    "the engine's start; then the entrypoint, Python's start, and at most 0.1 s of the arbiter",
  );
  show('kill to gone, 1 instance', await killTimes(lab, [one], rounds), 'the arbiter asks the engine once a second');
  show(
    `run to resolvable, ${String(size)} instances at once`,
    await startTimes(lab, lab.keys, 2),
    "the engine's starts, 6 at a time, and the processors, on which each instance starts its entrypoint and its client",
  );
  show(
    `kill to gone, ${String(size)} instances at once`,
    await killTimes(lab, lab.keys, 2),
    "the engine's kills; then as for one",
  );
  await lab.all('start', lab.keys);
  await lab.until(lab.keys, true, performance.now());
  await idle(lab);
  await renewals(lab, one);
  await queries(lab, one);
}

interface Times {
  readonly engine: readonly number[];
  readonly whole: readonly number[];
}

/** From stopped to resolvable; leaves the instances running. */
async function startTimes(lab: DnsLab, keys: readonly string[], count: number): Promise<Times> {
  return measure(
    count,
    async () => {
      await lab.all('kill', keys).catch(() => {});
      await lab.until(keys, false, performance.now());
    },
    () => lab.all('start', keys),
    (since) => lab.until(keys, true, since),
  );
}

/** From resolvable to no longer resolvable; leaves the instances stopped. */
async function killTimes(lab: DnsLab, keys: readonly string[], count: number): Promise<Times> {
  return measure(
    count,
    async () => {
      await lab.all('start', keys);
      await lab.until(keys, true, performance.now());
    },
    () => lab.all('kill', keys),
    (since) => lab.until(keys, false, since),
  );
}

async function measure(
  count: number,
  prepare: () => Promise<void>,
  act: () => Promise<void>,
  seen: (since: number) => Promise<number>,
): Promise<Times> {
  const engine: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < count; round += 1) {
    await prepare();
    const since = performance.now();
    const acting = act().then(() => engine.push(performance.now() - since));
    const [time] = await Promise.all([seen(since), acting]);
    whole.push(time);
  }
  return { engine, whole };
}

function show(what: string, { engine, whole }: Times, bound: string): void {
  line(what, `${range(whole)}, of it the engine's calls ${range(engine)}`, bound);
}

function range(values: readonly number[]): string {
  return `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
}

function line(what: string, figure: string, bound: string): void {
  say(`- ${what}: **${figure}**. Bound by: ${bound}.`);
}

const said: string[] = [];

function say(text: string): void {
  said.push(text);
  console.log(text);
}

/** What named and the arbiter use while the work runs. */
async function costOf<T>(lab: DnsLab, work: () => Promise<T>): Promise<{ readonly result: T; readonly text: string }> {
  const before = await lab.cost();
  const since = performance.now();
  const result = await work();
  const seconds = (performance.now() - since) / 1000;
  const after = await lab.cost();
  const share = (from: ProcessCost, to: ProcessCost): string =>
    `${((100 * (to.cpuSeconds - from.cpuSeconds)) / seconds).toFixed(1)} % of a processor and ` +
    `${to.memoryMib.toFixed(0)} MiB`;
  return {
    result,
    text: `named ${share(before.named, after.named)}, the arbiter ${share(before.arbiter, after.arbiter)}`,
  };
}

async function idle(lab: DnsLab): Promise<void> {
  const { text } = await costOf(lab, () => setTimeout(idleSeconds * 1000));
  line(
    `cost while nothing happens but ${String(size)} renewals in 20 s`,
    text,
    'a look at the serial ten times a second, and a question to the engine for each container every second',
  );
}

async function renewals(lab: DnsLab, key: string): Promise<void> {
  const { result, text } = await costOf(lab, () =>
    lab.python(key, 'dns-renewals.py', ['200', String(loadSeconds), '4']),
  );
  const { per_second: perSecond = 0, median_ms: medianMs = 0, p99_ms: slowMs = 0 } = result;
  line(
    'renewals of 200 leases',
    `${perSecond.toFixed(0)} a second (one takes ${medianMs.toFixed(0)} ms, 99 % less than ${slowMs.toFixed(0)} ` +
      `ms): enough for ${String(Math.floor(perSecond * 20))} instances. Meanwhile ${text}`,
    'named, which writes each change to its journal, and the processors that the load itself needs here',
  );
}

async function queries(lab: DnsLab, key: string): Promise<void> {
  const { result, text } = await costOf(lab, () =>
    lab.python(key, 'dns-queries.py', [lab.address, String(loadSeconds), '2', '50']),
  );
  const { per_second: perSecond = 0, asking_cpu: asking = 0 } = result;
  line(
    'queries',
    `${perSecond.toFixed(0)} a second. Meanwhile ${text}; asking took ${(100 * asking).toFixed(0)} %`,
    'the processors, which who asks shares with named',
  );
}

const nested = "the other host's engine, which here is one in a container, on the same processors";

/** The same for instances on another host. Few rounds of kills: there a name goes only when its lease expires. */
async function otherHost(lab: DnsHostsLab, count: number, kills: number): Promise<void> {
  const { keys } = lab;
  const what = keys.length === 1 ? '1 instance' : `${String(keys.length)} instances at once`;
  const until =
    (found: boolean) =>
    (since: number): Promise<number> =>
      lab.until(keys, found, since);
  const change = (verb: 'start' | 'stop', found: boolean) => async (): Promise<void> => {
    await lab.all(verb, keys);
    await lab.until(keys, found, performance.now());
  };
  say('\nInstances on another host, asked of the DNS on the first:');
  const runs = await measure(
    count,
    () => lab.clean(),
    () => lab.run(),
    until(true),
  );
  line(
    `the command run from nothing, ${what}`,
    `found after ${range(runs.whole)}, returns after ${range(runs.engine)}`,
    `the making of containers on ${nested}; then the command asks inside each instance whether it is found`,
  );
  show(
    `start to resolvable, ${what}`,
    await measure(count, change('stop', false), () => lab.all('start', keys), until(true)),
    `${nested}; then as on one host`,
  );
  show(
    `stop to gone, ${what}`,
    await measure(count, change('start', true), () => lab.all('stop', keys), until(false)),
    'the client, which withdraws before the instance stops, and at most 0.1 s of the arbiter',
  );
  show(
    `kill to gone, ${what}`,
    await measure(kills, change('start', true), () => lab.all('kill', keys), until(false)),
    'the lease: gone 60 s after its last renewal, which is up to 20 s before the kill; ' +
      'nothing else tells of another host',
  );
}

const parts: Readonly<Record<string, () => Promise<void>>> = {
  same: () => within(new DnsLab(size), sameHost),
  'other-1': () => within(new DnsHostsLab(1), (lab) => otherHost(lab, 5, 3)),
  [`other-${String(size)}`]: () => within(new DnsHostsLab(size), (lab) => otherHost(lab, 1, 1)),
};

async function within<Lab extends { open(): Promise<void>; close(): Promise<void> }>(
  lab: Lab,
  work: (lab: Lab) => Promise<void>,
): Promise<void> {
  try {
    await lab.open();
    await work(lab);
  } finally {
    await lab.close();
  }
}

say(`${describeMachine()}\n`);
// `npm run bench:dns -- other-1` for one part; `--record` keeps the figures, too.
const asked = process.argv.slice(2).filter((word) => word in parts);
for (const [name, part] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await part();
if (process.argv.includes('--record'))
  await appendFile(
    join(import.meta.dirname, 'RESULTS-DNS.md'),
    `\n## ${new Date().toISOString().slice(0, 16).replace('T', ' ')}\n\n${said.join('\n')}\n`,
  );
