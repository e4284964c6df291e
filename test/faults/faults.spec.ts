import { expect } from 'chai';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { intoFullDisk, type CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { faultCases, titleOf, type FaultCase } from './cases.ts';
import { proxyWith } from './engine-proxy.ts';

/** Every so many cases in `npm test`. `npm run test:faults` runs them all; `FAULTS=2/8` the third of eight parts. */
const [part, parts] =
  process.env['FAULTS'] === 'all' ? [0, 1] : (process.env['FAULTS'] ?? '0/29').split('/').map(Number);
/** No command takes longer, whatever the engine does; the proxied engine is given up after 8 s. */
const limitMs = 60_000;

/** `plan` shows neither stops and starts nor backups. */
const otherOperations = [
  ['stop:all', ['lock', 'stop web-one', 'stop web-two']],
  ['start:all', ['lock', 'start web-one', 'ready web-one', 'start web-two']],
  ['backup:web,instance=one,output=new.tar', ['lock', 'pause web-one', 'save web-one', 'unpause web-one']],
  [
    'backup:web,instance=one,output=new.tar,stop',
    ['set aside web-one', 'stop web-one', 'save web-one', 'start web-one'],
  ],
  ['restore:web,instance=one,file=good.tar,yes', ['stop web-one', 'restore web-one', 'start web-one', 'name web-one']],
] as const;

interface PsDocument {
  readonly instances: readonly { readonly key: string; readonly state: string }[];
}

describe('faults', function () {
  this.timeout(3_600_000);
  const playground = new Playground('faults');
  const tried = new Map<string, number>();
  const lost: string[] = [];
  let cases: readonly FaultCase[];

  before(async () => {
    await playground.open();
    await playground.write({
      'services/web/Dockerfile': 'FROM dockerops/dockerops-base\n',
      'run.conf':
        '[{ "service": "web", "instance": "one", "persistent_log": true }, { "service": "web", "instance": "two" }]\n',
    });
    expect((await playground.run(['build:all'])).code).to.equal(0);
    const operations = new Map<string, readonly string[]>();
    operations.set('run:all', idsIn(await playground.run(['plan', '--json'])));
    expect((await playground.run(['run:all', '--yes'])).code).to.equal(0);
    expect((await playground.run(['backup:web,instance=one,output=good.tar'])).code).to.equal(0);
    for (const [words, ids] of otherOperations) operations.set(words, ids);
    operations.set('run:all,replace', idsIn(await playground.run(['plan', '--replace', '--json'])));
    operations.set('clean:all,force', idsIn(await playground.run(['plan', '--clean', '--json'])));
    const all = faultCases((words) => operations.get(words.join(' ')) ?? []);
    cases = all.filter((_, index) => index % (parts ?? 1) === part);
  });
  after(async () => {
    await playground.close();
    for (const [kind, count] of tried) process.stdout.write(`    ${kind}: ${String(count)} tried\n`);
    process.stdout.write(`    lost: ${String(lost.length)}\n`);
  });

  it('leave nothing that the next command does not put right', async () => {
    for (const each of cases) {
      tried.set(each.fault.kind, (tried.get(each.fault.kind) ?? 0) + 1);
      await check(each).catch(async (error: unknown) => {
        lost.push(`${titleOf(each)}\n${String(error)}`);
        await playground.run(['clean:all,force'], { limitMs });
      });
    }
    expect(cases.length).to.be.greaterThan(0);
    expect(lost).to.deep.equal([]);
  });

  async function check(each: FaultCase): Promise<void> {
    await prepare(each.words[0] ?? '');
    const result = await withFault(each);
    expect(result.stderr).to.not.match(/^bug:/m);
    if (each.outcome === 'works') expect(result.code, result.stderr).to.equal(0);
    if (each.outcome === 'fails') expect(result.code, result.stderr).to.equal(1);
    if (each.outcome === 'tells') {
      expect(result.code, result.stderr).to.equal(1);
      expect(result.stderr).to.include('engine.sock');
    }
    await recovers(each.words[0] ?? '');
  }

  /** The state in which the command has something to do. */
  async function prepare(command: string): Promise<void> {
    for (const name of await readdir(playground.directory))
      if (name.startsWith('new.tar')) await rm(join(playground.directory, name));
    const state = command === 'run:all' ? ['clean:all,force'] : ['run:all'];
    expect((await playground.run(state)).code).to.equal(0);
    if (command.startsWith('start')) expect((await playground.run(['stop:all'])).code).to.equal(0);
  }

  async function withFault({ words, fault }: FaultCase): Promise<CliResult> {
    if (fault.kind === 'signal') {
      const environment = { DOCKEROPS_TEST_KILL_AFTER: fault.after, DOCKEROPS_TEST_KILL_SIGNAL: fault.signal };
      return playground.run(words, { environment, limitMs });
    }
    if (fault.kind === 'full-output') return playground.run(words, { wrapper: intoFullDisk, limitMs });
    await using proxy = await proxyWith(fault);
    return await playground.run(words, { environment: { DOCKER_HOST: proxy.address }, limitMs });
  }

  /** What somebody has stopped, a run leaves to them; and a stop that was cut off may still be under way there. */
  async function recovers(command: string): Promise<void> {
    const first = command.startsWith('stop:') ? ['stop:all', 'start:all'] : ['start:all'];
    for (const words of /^(?:stop|start):/.test(command) ? first : []) {
      const { code, stderr } = await playground.run([words], { limitMs });
      expect(code, stderr).to.equal(0);
    }
    const again = await playground.run(['run:all'], { limitMs });
    expect(again.code, again.stderr).to.equal(0);
    const { instances } = JSON.parse((await playground.run(['ps', '--json'])).stdout) as PsDocument;
    expect(instances.map(({ state }) => state)).to.deep.equal(['running', 'running']);
    expect((await playground.run(['plan', '--exit-code'])).code).to.equal(0);
  }
});

function idsIn({ code, stdout, stderr }: CliResult): readonly string[] {
  expect(code, stderr).to.equal(0);
  const { operations } = JSON.parse(stdout) as { readonly operations: readonly { readonly id: string }[] };
  return operations.map(({ id }) => id);
}
