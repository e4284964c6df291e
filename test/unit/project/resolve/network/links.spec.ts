import { expect } from 'chai';
import type { Resolution } from '../../../../../src/lib/project/resolve/resolve.ts';
import { instanceOf, resolveScene, variableOf, type Scene } from '../../project-files.ts';
import { web, problemsOf, running } from '../scenes.ts';

describe('links', () => {
  const linked = (link: unknown, more: Partial<Scene> = {}): Resolution =>
    resolveScene({
      conf: [web('one', { links: [link] }), { service: 'db', instance: 'a' }, { service: 'db-main', instance: 'x' }],
      ...more,
    });

  it('give the target a name for the linking instance, set a variable, and order the starts', () => {
    const resolution = linked({ name: 'my-db', service: 'db', instance: 'a' });
    expect(instanceOf(resolution, 'web-one')).to.deep.include({ after: ['db-a'] });
    expect(instanceOf(resolution, 'web-one').network).to.deep.include({
      links: [{ target: 'demo-db-a', alias: 'my-db' }],
    });
    expect(variableOf(resolution, 'web-one', 'MY_DB_SERVICE_IP')).to.deep.equal([{ addressOf: 'demo-db-a' }]);
  });

  it('have a short form, in which the longest service name counts', () => {
    expect(variableOf(linked('db-a:x'), 'web-one', 'X_SERVICE_IP')).to.deep.equal([{ addressOf: 'demo-db-a' }]);
    expect(variableOf(linked('db-main-x:x'), 'web-one', 'X_SERVICE_IP')).to.deep.equal([
      { addressOf: 'demo-db-main-x' },
    ]);
  });

  it('have wildcards in both parts, and never lead to the instance itself', () => {
    for (const link of [
      'db-*:x',
      '*-a:x',
      '*-a*:x',
      { name: 'x', service: 'd*', instance: 'a' },
      { name: 'x', service: 'db' },
    ]) {
      expect(variableOf(linked(link), 'web-one', 'X_SERVICE_IP'), JSON.stringify(link)).to.deep.equal([
        { addressOf: 'demo-db-a' },
      ]);
    }
    expect(
      variableOf(resolveScene({ conf: [web('one', { links: ['web-*:x'] }), web('two')] }), 'web-one', 'X_SERVICE_IP'),
    ).to.deep.equal([{ addressOf: 'demo-web-two' }]);
  });

  it('with several possible targets lead to the oldest, note it, and keep the target', () => {
    const conf = [
      { service: 'db', instance: 'a' },
      { service: 'db', instance: 'b' },
      web('one', { links: [{ name: 'db', service: 'db', instance: null }] }),
    ];
    const first = resolveScene({ conf });
    expect(variableOf(first, 'web-one', 'DB_SERVICE_IP')).to.deep.equal([{ addressOf: 'demo-db-a' }]);
    expect(first.notices).to.deep.equal([
      'run.conf:14:4: the link db of web-one has several possible targets (db-a, db-b); it uses db-a',
    ]);
    const observedNow = running(first, { 'db-a': 20, 'db-b': 10 });
    expect(variableOf(resolveScene({ conf, observed: observedNow }), 'web-one', 'DB_SERVICE_IP'), 'kept').to.deep.equal(
      [{ addressOf: 'demo-db-a' }],
    );
    const fresh = { containers: (observedNow.containers ?? []).filter(({ name }) => name !== 'demo-web-one') };
    expect(
      variableOf(resolveScene({ conf, observed: fresh }), 'web-one', 'DB_SERVICE_IP'),
      'first by age',
    ).to.deep.equal([{ addressOf: 'demo-db-b' }]);
  });

  it('without a target need a value of their variable', () => {
    const scene: Partial<Scene> = { conf: [web('one', { links: ['db-a:db'] })] };
    expect(linked('', scene).missing.map(({ name, reason, where }) => [name, reason, where])).to.deep.equal([
      ['DB_SERVICE_IP', 'the link db needs a running instance of db-a: start one, or set the address', 'run.conf:6:4'],
    ]);
    const supplied = linked('', { ...scene, environment: { DB_SERVICE_IP: '198.51.100.9' } });
    expect([supplied.missing, variableOf(supplied, 'web-one', 'DB_SERVICE_IP')]).to.deep.equal([[], ['198.51.100.9']]);
  });

  it('are left out when the instance is not linked', () => {
    const resolution = resolveScene({ conf: [web('one', { links: ['db-a:db'], linked: false })] });
    expect(resolution.missing).to.deep.equal([]);
    expect(instanceOf(resolution, 'web-one').network).to.deep.include({ links: [] });
  });

  it('with mistakes are reported', () => {
    expect(linked('dbb-a:x').problems).to.deep.equal([
      {
        where: 'run.conf:6:4',
        message: 'the link is to a service "dbb", which this project does not have',
        suggestion: 'did you mean "db"?',
      },
    ]);
    expect(linked('db:x').problems).to.deep.equal([
      {
        where: 'run.conf:6:4',
        message: 'the link "db:x" names no instance',
        suggestion: 'write "db-*:x" for any, or "db-<instance>:x"',
      },
    ]);
    expect(
      resolveScene({
        conf: [
          web('one', { links: ['db-a:x', 'db-main-x:X'] }),
          { service: 'db', instance: 'a' },
          { service: 'db-main', instance: 'x' },
        ],
      }).problems.map(({ message }) => message),
    ).to.deep.equal(['another link is named X']);
  });

  it('in a cycle are reported with the cycle', () => {
    expect(
      problemsOf({ conf: [web('one', { links: ['db-a:x'] }), { service: 'db', instance: 'a', depends_on: ['web'] }] }),
    ).to.deep.equal([
      {
        where: 'run.conf:12:3',
        message: 'these instances wait for each other: web-one -> db-a -> web-one',
        suggestion: 'remove one of the links or one "depends_on"; names in the DNS need no order',
      },
    ]);
  });
});
