import { expect } from 'chai';
import { findProject } from '../../../../src/lib/project/find-project.ts';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';
import { instanceOf, projectDirectory, resolveScene, variableOf } from '../project-files.ts';

const problemsOf = (text: string): readonly string[] =>
  parseRunConf('run.conf', text).problems.map(({ where = '', message }) => `${where} ${message}`);

describe('a run.conf that is an object', () => {
  it('gives keys to all entries that do not have them, with their places', () => {
    const conf = `{
  "project": "shop",
  "defaults": { "restart": "no", "env_vars": { "A": 1.10 } },
  "entries": [
    { "service": "web", "instance": "one" },
    { "service": "web", "instance": "two", "restart": "always", "env_vars": { "B": "2" } }
  ]
}`;
    const resolution = resolveScene({ files: { 'run.conf': conf } });
    expect(resolution.problems).to.deep.equal([]);
    expect(variableOf(resolution, 'web-one', 'A')).to.deep.equal(['1.10']);
    expect(variableOf(resolution, 'web-two', 'A'), 'a key is taken as a whole').to.equal(undefined);
    const [one, two] = ['web-one', 'web-two'].map((key) => instanceOf(resolution, key));
    expect([one?.runtime.restart, two?.runtime.restart]).to.deep.equal(['no', 'always']);
    expect([one?.origins['runtime.restart']?.where, two?.origins['runtime.restart']?.where]).to.deep.equal([
      'run.conf:3:17',
      'run.conf:6:44',
    ]);
  });

  for (const [text, expected] of [
    ['{"entries": []}', []],
    ['{"project": "shop", "defaults": {}, "entries": []}', []],
    ['{"project": "shop"}', ['run.conf:1:1 run.conf has no "entries"']],
    ['{"entries": {}}', ['run.conf:1:13 "entries" must be a list in [ ]']],
    ['{"entries": [], "default": {}}', ['run.conf:1:17 unknown key "default"']],
    ['{"defaults": [], "entries": []}', ['run.conf:1:14 "defaults" must be an object with keys of entries']],
    ['{"project": 7, "entries": []}', ['run.conf:1:2 "project" must be the name of the project']],
    [
      '{"defaults": {"instance": "x"}, "entries": []}',
      ['run.conf:1:15 "instance" cannot be a default: it says which instance an entry is'],
    ],
    [
      '{"defaults": {"cpus": "x"}, "entries": [{"service": "a"}, {"service": "b"}]}',
      ['run.conf:1:23 "cpus" is "x", which is not valid'],
    ],
    ['{"entries": [{"service": "a", "cpus": "x"}]}', ['run.conf:1:39 "cpus" is "x", which is not valid']],
  ] as const)
    it(`${text} has ${expected.length === 0 ? 'no problem' : 'its problem, once and in its place'}`, () => {
      expect(problemsOf(text)).to.deep.equal(expected);
    });

  it('has no usable entry while a default is wrong', () => {
    const { ofEntry, conf } = parseRunConf('run.conf', '{"defaults": {"cpus": "x"}, "entries": [{"service": "a"}]}');
    expect(conf.entries.every((entry) => ofEntry.has(entry))).to.equal(true);
  });

  it('has the problem of a job that its default would restart at the job', () => {
    const text =
      '{"defaults": {"restart": "always"}, "entries": [{"service": "a"}, {"service": "b", "wait": "completed"}]}';
    const { problems, ofEntry, conf } = parseRunConf('run.conf', text);
    expect(problems.map(({ where, suggestion }) => [where, suggestion])).to.deep.equal([
      ['run.conf:1:84', 'write "restart": "no" in this entry'],
    ]);
    expect(conf.entries.map((entry) => ofEntry.has(entry))).to.deep.equal([false, true]);
  });

  it('that is no such object is told to be a list', () => {
    expect(problemsOf('{"service": "web"}')[0]).to.contain('it must be a list in [ ]');
  });
});

describe('the name of a project in its run.conf', () => {
  const nameOf = (text: string, more: Partial<Parameters<typeof findProject>[0]> = {}): string =>
    findProject({
      workingDirectory: projectDirectory({ 'run.conf': text }),
      environment: {},
      baseImagesDirectory: '/package',
      ...more,
    }).name;

  it('beats that of the directory, and is beaten by PROJECT_NAME and --project', () => {
    const text = '# a comment {\n// another\n{"project": "shop", "entries": []}';
    expect(nameOf(text)).to.equal('shop');
    expect(nameOf(text, { environment: { PROJECT_NAME: 'other' } })).to.equal('other');
    expect(nameOf(text, { name: 'third' })).to.equal('third');
    expect(nameOf('[{"project": "shop"}]')).to.equal('demo');
    expect(nameOf('{"entries": []}')).to.equal('demo');
  });

  it('is found while the file is half written, so that what runs is still found', () => {
    expect(nameOf('{"project": "shop", "entries": [{"service": ')).to.equal('shop');
    expect(nameOf('{"project": "shop", "entries": [,,]')).to.equal('shop');
  });

  it('is found behind comments of every kind', () => {
    expect(nameOf('/* a comment\n { */ {"project": "shop", "entries": []}')).to.equal('shop');
    expect(nameOf('/* {"project": "shop"} */ []')).to.equal('demo');
  });

  for (const [text, expected] of [
    ['{,"project": "shop", "entries": []}', 'shop'],
    ['{"defaults": {"restart": no, }, ], "project": "shop", "entries": []}', 'shop'],
    ['{"entries": [{"service": "web"], "project": "shop"}', 'shop'],
    ['{"entries": [{"service": "web"}, "project": "shop"}', 'shop'],
    ['{"entries" [{"service": "}", "x": "\\"]"}], /* "project": "old", */ "project": "shop"}', 'shop'],
    ['{"entries" [{"service": "web", "env_vars": {"project": "x"}}]}', 'demo'],
    ['{"entries" [{"service": "web", "project": "x"}]}', 'demo'],
  ] as const)
    it(`is ${expected} in spite of the syntax error in ${text}`, () => {
      expect(nameOf(text)).to.equal(expected);
    });

  it('must be a host name', () => {
    expect(() => nameOf('{"project": "My Shop", "entries": []}')).to.throw('the project name is not valid');
    expect(() => nameOf('{"project": "dockerops", "entries": []}')).to.throw('reserved');
  });
});
