import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProject } from '../../../src/lib/project/find-project.ts';
import { loadProject, type LoadedProject } from '../../../src/lib/project/load-project.ts';
import type { Needs } from '../../../src/lib/project/needed-files.ts';
import { error, onBase, projectDirectory } from './project-files.ts';

type Files = Readonly<Record<string, string>>;

/** A project whose files are as given; `a directory` is one in place of a file. */
function load(files: Files, needs: Needs, conf?: string): LoadedProject {
  const texts = Object.entries({ 'services/web/Dockerfile': onBase, ...files });
  const isDirectory = ([, text]: (typeof texts)[number]): boolean => text === 'a directory';
  const directory = projectDirectory(Object.fromEntries(texts.filter((file) => !isDirectory(file))));
  for (const [name] of texts.filter(isDirectory)) {
    mkdirSync(join(directory, dirname(name)), { recursive: true });
    mkdirSync(join(directory, name));
  }
  const place = findProject({
    workingDirectory: directory,
    environment: {},
    baseImagesDirectory: '/package/base-image',
  });
  return loadProject({ place, osIds: ['debian12'], needs, ...(conf === undefined ? {} : { conf }) });
}

function problemsOf({ problems }: LoadedProject): readonly string[] {
  return problems.map(({ where = '', message }) => `${where} ${message.replace(/\S*\/demo\//g, '')}`.trim());
}

const good = '{"service": "web", "instance": "one"}';
const wrong = '{"service": "db", "image": "postgres", "cpus": "x"}';
const webAt = (instance: string | null): Needs => ({ service: 'web', instance: instance ?? undefined });

describe('a command that needs only labels', () => {
  for (const [what, files, expected] of [
    ['a run.conf with a syntax error', { 'run.conf': `[${good},,]` }, /^run\.conf:1:\d+ /],
    ['half a run.conf', { 'run.conf': '[ {"service": "web",' }, /^run\.conf:1:\d+ /],
    ['an empty run.conf', { 'run.conf': '' }, /^run\.conf:1:1 the file is empty$/],
    ['a run.conf that is a directory', { 'run.conf': 'a directory' }, /^run\.conf is a directory/],
    ['a broken host.conf', { 'run.conf': `[${good}]`, 'host.conf': '{' }, /^host\.conf:1:\d+ /],
    [
      'a host.conf that is a directory',
      { 'run.conf': `[${good}]`, 'host.conf': 'a directory' },
      /^host\.conf is a dir/,
    ],
    ['a remembered conf that is gone', { 'run.conf': '[]', 'host.conf': '{"last_conf": "x"}' }, /^there is no x\.conf/],
    ['a wrong value', { 'run.conf': `[${good}, ${wrong}]` }, /^run\.conf:1:\d+ "cpus" is "x"/],
    ['no env_file', { 'run.conf': '[{"service": "web", "env_file": "x.env"}]' }, /there is no file x\.env/],
    [
      'an env_file with a wrong line',
      { 'run.conf': '[{"service": "web", "env_file": "x.env"}]', 'x.env': 'no assignment' },
      /^x\.env:1:1 /,
    ],
    [
      'an env_file that is a directory',
      { 'run.conf': '[{"service": "web", "env_file": "x.env"}]', 'x.env': 'a directory' },
      /^run\.conf:1:\d+ x\.env is a directory/,
    ],
  ] as const satisfies readonly (readonly [string, Files, RegExp])[])
    it(`is not stopped by ${what}, and gets to know what is wrong`, () => {
      const loaded = load(files, 'labels');
      expect(problemsOf(loaded)[0]).to.match(expected);
      expect(loaded.services.has('web')).to.equal(true);
      expect(() => load(files, 'all')).to.throw();
    });

  it('has the entries that are right, and all services', () => {
    const { conf, services } = load({ 'run.conf': `[${good}, ${wrong}]` }, 'labels');
    expect(conf.entries.map(({ values }) => values.service)).to.deep.equal(['web']);
    expect([...services.keys()]).to.include.members(['web', 'db']);
  });

  it('is told of a secret that cannot be read', () => {
    const entry = '[{"service": "web", "secrets": [{"name": "a", "file": "a"}, {"name": "b", "file": "b"}]}]';
    const { notices, problems } = load({ 'run.conf': entry, a: 'a directory' }, 'labels');
    expect([notices, problems]).to.deep.equal([['the secret a is not a text file that you can read'], []]);
  });

  it('is stopped by a conf that its own words name and that does not exist', () => {
    expect(error(() => load({ 'run.conf': '[]' }, 'labels', 'gone')).code).to.equal('NO_CONF');
  });
});

describe('a command that needs one service', () => {
  const stopped = (entries: readonly string[], needs = webAt(null), more: Files = {}): boolean => {
    try {
      load({ 'run.conf': `[${entries.join(', ')}]`, ...more }, needs);
      return false;
    } catch {
      return true;
    }
  };

  it('leaves out entries of others that have mistakes, and says so', () => {
    const loaded = load({ 'run.conf': `[${wrong}, ${good}]` }, webAt(null));
    expect(loaded.conf.entries.map(({ values }) => values.service)).to.deep.equal(['web']);
    expect(problemsOf(loaded)).to.have.length(1);
    expect(loaded.services.has('db'), 'which may be the target of a link').to.equal(true);
  });

  it('is stopped by mistakes in its own entries, and with an instance by those that may apply to it', () => {
    const two = '{"service": "web", "instance": "two", "cpus": "x"}';
    expect(stopped([good, two])).to.equal(true);
    expect(stopped([good, two], webAt('one'))).to.equal(false);
    expect(stopped([good, two], webAt('two'))).to.equal(true);
    expect(stopped([good, '{"service": "web", "cpus": "x"}'], webAt('three'))).to.equal(true);
  });

  it('is stopped by mistakes where images or the DNS are configured', () => {
    expect(stopped([good, '{"service": "base", "cpus": "x", "build_args": {"A": "1"}}'])).to.equal(true);
    expect(stopped([good, '{"service": "base", "cpus": "x", "target": "dev"}'])).to.equal(true);
    expect(stopped([good, '{"service": "dockerops-dns", "cpus": "x"}'])).to.equal(true);
  });

  it('is stopped by mistakes that are of no entry', () => {
    expect(stopped([good, '{"service": "db"'])).to.equal(true);
    expect(stopped([good, '7'])).to.equal(true);
    expect(stopped([good], webAt(null), { 'host.conf': '{' })).to.equal(true);
  });

  it('is stopped by the env_file of its own entry alone', () => {
    const db = '{"service": "db", "image": "postgres", "env_file": ["x.env", "y.env"]}';
    const ownFile = '{"service": "web", "instance": "one", "env_file": "x.env"}';
    expect(stopped([good, db], webAt(null), { 'x.env': 'no assignment' })).to.equal(false);
    expect(stopped([ownFile, db], webAt(null), { 'x.env': 'A=1' })).to.equal(false);
    expect(stopped([ownFile, db], webAt(null), { 'x.env': 'no assignment', 'y.env': '' })).to.equal(true);
  });

  it('ignores an entry without a service', () => {
    expect(stopped([good, '{"instance": "two"}'])).to.equal(false);
    expect(stopped([good, '{"service": 7, "image": 1}'])).to.equal(false);
  });
});
