import { expect } from 'chai';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

const entry = (instance: string, more: object = {}): object => ({
  service: 'web',
  instance,
  stop_grace_period: '0s',
  ...more,
});

describe('a plan that is written', function () {
  this.timeout(240_000);
  const playground = new Playground('planfile');
  const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    playground.run(words, { environment });
  const file = (): string => join(playground.directory, 'p.json');
  const text = (): string => readFileSync(file(), 'utf8');
  const done = async (...words: readonly string[]): Promise<CliResult> => {
    const result = await run(words);
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).to.equal(0);
    return result;
  };
  const writePlan = async (...words: readonly string[]): Promise<void> => {
    rmSync(file(), { force: true });
    await done('plan', '--out', 'p.json', ...words);
  };
  const states = async (): Promise<readonly string[]> =>
    (
      await playground.engine.listContainers({
        all: true,
        labels: { 'dockerops.project': playground.project, 'dockerops.kind': 'instance' },
      })
    )
      .map(({ name, state }) => `${name.replace(`${playground.project}-`, '')} ${state}`)
      .sort();

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
  });
  beforeEach(() =>
    playground.write({
      'services/web/Dockerfile': `FROM ${testImage}\nCMD ["sleep", "600"]\n`,
      'run.conf': JSON.stringify([
        entry('one', { env_vars: { DB_PASSWORD: 'hunter2', MODE: 'live' } }),
        entry('two', { depends_on: ['web-one'] }),
      ]),
    }),
  );
  afterEach(() => playground.clear());
  after(() => playground.close());

  it('is a new file for its user alone, and has no secret in it', async () => {
    await done('build', 'all');
    await writePlan();
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
    expect(text()).not.to.include('hunter2');
    expect(JSON.parse(text())).to.deep.include({ plan: 1, conf: 'run.conf' });
    expect((await run(['plan', '--out', 'p.json'])).code).to.equal(1);
    expect(await states()).to.deep.equal([]);
  });

  it('is applied once, with the secrets of this machine, and shown by history', async () => {
    await writePlan();
    const { stdout } = await done('apply', 'p.json');
    expect(stdout).to.include('2 created');
    const detail = await playground.engine.inspectContainer(`${playground.project}-web-one`);
    expect(detail.environment).to.include.members(['DB_PASSWORD=hunter2', 'MODE=live']);
    expect((await done('apply', 'p.json')).stderr).to.include('applied already');
    const history = JSON.parse((await done('history', '--json')).stdout) as { plans: readonly { ended?: string }[] };
    expect(history.plans[0]?.ended).to.be.a('string');
  });

  it('is refused when it was edited, or is of another version or project', async () => {
    await writePlan();
    const good = text();
    const changes: readonly (readonly [string, string])[] = [
      ['"MODE"', '"MOOD"'],
      ['"plan": 1', '"plan": 2'],
      ['{', '['],
    ];
    for (const [from, to] of changes) {
      writeFileSync(file(), good.replace(from, to));
      expect((await run(['apply', 'p.json'])).code, to).to.equal(2);
    }
    writeFileSync(file(), good);
    expect((await run(['apply', 'p.json', '--project', `${playground.project}-x`])).code).to.equal(2);
    expect(await states()).to.deep.equal([]);
  });

  it('does nothing where the engine or the files are not as they were, and names what', async () => {
    await writePlan();
    await done('run', 'web', '--instance', 'one');
    const { code, stderr } = await run(['apply', 'p.json']);
    expect(code).to.equal(1);
    expect(stderr).to.include(`container ${playground.project}-web-one`);
    expect(await states()).to.deep.equal(['web-one running']);
    await writePlan();
    await playground.write({ 'run.conf': JSON.stringify([entry('one'), entry('two'), entry('three')]) });
    const changed = await run(['apply', 'p.json']);
    expect(changed.code).to.equal(1);
    expect(changed.stderr).to.include("the project's files say something else");
  });

  it('comes to the same end after a kill behind each of its operations', async () => {
    await done('build', 'all');
    await writePlan();
    const { operations } = JSON.parse(text()) as { readonly operations: readonly { readonly id: string }[] };
    expect(operations.length).to.be.greaterThan(6);
    for (const { id } of operations) {
      await playground.clear();
      await writePlan();
      const killed = await run(['apply', 'p.json'], { DOCKEROPS_TEST_KILL_AFTER: id });
      expect(killed.code, `${id}: ${killed.stderr}`).not.to.equal(0);
      const resumed = await run(['apply', 'p.json']);
      expect(resumed.code, `${id}: ${resumed.stderr}`).to.equal(0);
      expect(await states(), id).to.deep.equal(['web-one running', 'web-two running']);
      const rest = await run(['plan', '--exit-code']);
      expect([rest.code, rest.stdout.trim().split('\n').at(-1)], id).to.deep.equal([0, '2 unchanged']);
    }
  });
});
