import { expect } from 'chai';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';
import { Terminal } from '../support/terminal.ts';

describe('words without the name of an instance', function () {
  this.timeout(240_000);
  const playground = new Playground('words');
  const command = `"image": "${testImage}", "seed_command": "sleep 600", "stop_grace_period": 0`;
  const succeed = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await playground.run(words);
    expect(code, `${words.join(' ')}: ${stderr}`).to.equal(0);
    return stdout;
  };
  /** Id by key, of what runs. */
  const running = async (): Promise<Readonly<Record<string, string>>> => {
    const { instances } = JSON.parse(await succeed('ps', '--json')) as {
      readonly instances: readonly { readonly key: string; readonly id: string }[];
    };
    return Object.fromEntries(instances.map(({ key, id }) => [key, id]));
  };

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'run.conf':
        `[{"service": "web", "instance": "one", ${command}},\n {"service": "web", "instance": "two", ${command}},\n` +
        ` {"service": "db", "instance": "one", ${command}}]`,
    });
  });
  after(() => playground.close());

  it('up runs all, and replaces what differs', async () => {
    expect(await succeed('up')).to.equal('3 created\n');
    expect(await succeed('up')).to.equal('3 kept\n');
  });

  it('run and rerun of a service mean the instances that are there', async () => {
    const before = await running();
    expect(await succeed('run:web')).to.equal('2 kept\n');
    expect(await succeed('plan', 'web', '--json')).to.not.contain('<new>');
    expect(await succeed('rerun:web')).to.equal('2 replaced\n');
    const after = await running();
    expect(Object.keys(after).sort()).to.deep.equal(['db-one', 'web-one', 'web-two']);
    expect([
      after['db-one'],
      after['web-one'] === before['web-one'],
      after['web-two'] === before['web-two'],
    ]).to.deep.equal([before['db-one'], false, false]);
  });

  it('rerun replaces one after the other', async () => {
    const { stderr } = await playground.run(['rerun:web']);
    const lines = stderr.split('\n').filter((line) => /^web-.*(stopped|ready)$/.test(line));
    expect(lines).to.deep.equal(['web-one: stopped', 'web-one: ready', 'web-two: stopped', 'web-two: ready']);
  });

  it('restart keeps the containers', async () => {
    const before = await running();
    expect(await succeed('restart:web')).to.equal('2 started\n');
    expect(await running()).to.deep.equal(before);
  });

  it('clean and stop of several refuse without a terminal, and list them', async () => {
    for (const words of ['clean:web', 'stop:web', 'clean:w*', 'stop:*', 'clean:all', 'down']) {
      const { code, stderr } = await playground.run([words]);
      expect(code, words).to.equal(2);
      expect(stderr, words).to.contain('web-one, web-two').and.contain('answer with --force');
    }
    expect(Object.keys(await running())).to.have.length(3);
    expect(await succeed('stop:d*')).to.equal('1 stopped\n');
    expect(await succeed('start:db')).to.equal('1 started\n');
  });

  it('clean asks on a terminal, with a list', async () => {
    const clean = new Terminal(['clean:web'], playground.directory, playground.environment);
    await clean.answer('web-two', 'n');
    expect(await clean.end(), clean.shown).to.equal(0);
    expect(clean.shown).to.contain('web-one').and.contain('nothing was changed');
    expect(Object.keys(await running())).to.have.length(3);
  });

  for (const verb of ['stop', 'clean'])
    it(`${verb} leaves what came after its question`, async () => {
      const asked = new Terminal([`${verb}:web`], playground.directory, playground.environment);
      await asked.see('web-two');
      await succeed('run', 'web', '--instance', 'late', '--seed-command', 'sleep 600');
      await asked.answer('[y/N]', 'y');
      expect(await asked.end(), asked.shown).to.equal(0);
      expect(asked.shown).to.contain('web-late came after the question and is left as it is');
      expect(Object.keys(await running()))
        .to.include('web-late')
        .and.not.include('web-one');
      await succeed('clean:all,force');
      await succeed('up');
    });

  it('run of all without a run.conf names the confs that lie there', async () => {
    const [conf, other] = ['run.conf', 'default.conf'].map((file) => join(playground.directory, file)) as [
      string,
      string,
    ];
    await playground.write({ 'services/x/Dockerfile': 'FROM scratch\n' });
    await rename(conf, other);
    for (const words of ['run:all', 'up', 'plan', 'rerun:all']) {
      const { code, stderr } = await playground.run([words]);
      expect(code, words).to.equal(2);
      expect(stderr, words).to.contain('there is no run.conf').and.contain('dockerops run:all,conf=default');
    }
    await rename(other, conf);
  });

  it('down removes all', async () => {
    expect(await succeed('down:force')).to.equal('3 removed\n');
    expect(await running()).to.deep.equal({});
  });
});
