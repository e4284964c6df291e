import { expect } from 'chai';
import type { Resolution } from '../../../../../src/lib/project/resolve/resolve.ts';
import { containerOf } from '../../../../support/specs.ts';
import { error, resolveScene, variableOf } from '../../project-files.ts';
import { web, keys, problemsOf, service, running } from '../scenes.ts';

describe('selecting instances', () => {
  it('run:all selects all entries, and the result is complete', () => {
    const resolution = resolveScene({ conf: [web('one'), { service: 'db', instance: 'a' }] });
    expect(keys(resolution)).to.deep.equal(['web-one', 'db-a']);
    expect(resolution.desired.complete).to.equal(true);
  });

  it('run:all leaves out entries with autostart: false, unless they run', () => {
    const conf = [web('one'), web('two', { autostart: false }), web('three', { autorun: false })];
    expect(keys(resolveScene({ conf }))).to.deep.equal(['web-one']);
    const two = resolveScene({ conf, request: service('web', { instance: 'two' }) });
    expect(keys(resolveScene({ conf, observed: running(two) }))).to.deep.equal(['web-one', 'web-two']);
    const stopped = running(two).containers?.map((container) => ({ ...container, state: 'exited' as const }));
    expect(resolveScene({ conf, observed: { containers: stopped ?? [] } }).desired).to.deep.include({
      notAutostarted: ['demo-web-two'],
    });
  });

  it('a group selects its entries; an unknown group is an error with the nearest name', () => {
    const conf = [web('one', { group: 'front' }), web('two')];
    const front = resolveScene({ conf, request: { target: 'group', group: 'front' } });
    expect([keys(front), front.desired.complete]).to.deep.equal([['web-one'], false]);
    const { message, suggestions } = error(() => resolveScene({ conf, request: { target: 'group', group: 'fromt' } }));
    expect([message, suggestions]).to.deep.equal([
      'no entry of run.conf has the group "fromt"',
      ['did you mean "front"?', 'the groups are front'],
    ]);
  });

  it('an unknown service is an error with the nearest name and the list', () => {
    const { message, suggestions, exitCode } = error(() => resolveScene({ request: service('wbe') }));
    expect([message, exitCode]).to.deep.equal(['there is no service "wbe" in this project', 2]);
    expect(suggestions.slice(0, 2)).to.deep.equal(['did you mean "web"?', 'its services are db, db-main, plain, web']);
  });

  it('an unknown service in an entry is a problem with its place', () => {
    expect(problemsOf({ conf: [{ service: 'wbe' }] }))
      .to.deep.include.members([])
      .and.have.length(1);
    expect(resolveScene({ conf: [{ service: 'wbe' }] }).problems[0]).to.include({
      where: 'run.conf:3:3',
      message: 'there is no service "wbe" in this project',
    });
  });

  it('the entry of this instance applies, else the one without a name, else defaults with a notice', () => {
    const conf = [web('one', { env_vars: { A: '1' } }), web(null, { env_vars: { A: 'any' } })];
    const ask = (instance: string, entries = conf): Resolution =>
      resolveScene({ conf: entries, request: service('web', { instance }) });
    expect(variableOf(ask('one'), 'web-one', 'A')).to.deep.equal(['1']);
    expect(variableOf(ask('two'), 'web-two', 'A')).to.deep.equal(['any']);
    expect(ask('two', conf.slice(0, 1)).notices).to.deep.equal([
      'run.conf has no entry for web,instance=two (it has one), so defaults apply',
    ]);
  });

  it('an instance without a name gets a generated one', () => {
    expect(keys(resolveScene({ request: service('web') }))).to.deep.equal(['web-0a1b2c3d']);
  });

  it('an entry without a name owns one instance, which is found by its label', () => {
    const first = resolveScene({ conf: [web(null)] });
    expect(first.desired.instances[0]).to.deep.include({
      key: 'web-0a1b2c3d',
      labels: { 'dockerops.conf': 'run.conf', 'dockerops.unnamed': 'true' },
    });
    const renamed = {
      containers: first.desired.instances.map((spec) =>
        containerOf(
          { ...spec, key: 'web-ffffffff', container: 'demo-web-ffffffff', instance: 'ffffffff' },
          {},
          first.desired.owner,
        ),
      ),
    };
    expect(keys(resolveScene({ conf: [web(null)], observed: renamed }))).to.deep.equal(['web-ffffffff']);
    expect(keys(resolveScene({ conf: [web(null)], observed: renamed, request: service('web') }))).to.deep.equal([
      'web-ffffffff',
    ]);
    expect(keys(resolveScene({ conf: [], observed: renamed, request: service('web') }))).to.deep.equal([
      'web-0a1b2c3d',
    ]);
  });

  it('an instance name on the command line must be a host name', () => {
    expect(problemsOf({ request: service('web', { instance: 'A_1' }) })).to.deep.equal([
      {
        where: '--instance',
        message:
          'the instance name "A_1" is not a valid host name: use up to 63 lower-case letters, digits and inner "-"',
        suggestion: 'write "a-1"',
      },
    ]);
  });

  it('an instance name on the command line must not be that of another service', () => {
    const request = service('db', { instance: 'main-x' });
    const problem = {
      where: '--instance',
      message: 'the name db-main-x belongs to service "db-main", instance "x"',
      suggestion: 'choose another instance name',
    };
    const conf = [{ service: 'db-main', instance: 'x' }];
    expect(problemsOf({ conf, request })).to.deep.equal([problem]);
    expect(problemsOf({ conf: [], request, observed: running(resolveScene({ conf })) })).to.deep.equal([problem]);
  });

  it('an interactive instance is a problem among several, and none alone', () => {
    const conf = [web('one'), web('debug')];
    expect(problemsOf({ conf })).to.deep.equal([
      {
        where: 'run.conf:8:3',
        message: 'web-debug is interactive, and only one instance at a time can have the terminal',
        suggestion: 'set "autostart": false in its entry and run it alone, or set "interactive": false',
      },
    ]);
    expect(problemsOf({ conf, request: service('web', { instance: 'debug' }) })).to.deep.equal([]);
  });

  it('an interactive instance that was started by name is no problem in run:all, but one in a group', () => {
    for (const key of ['autostart', 'autorun']) {
      const conf = [web('one'), web('debug', { [key]: false, group: 'g' })];
      const byHand = running(resolveScene({ conf, request: service('web', { instance: 'debug' }) }));
      const all = resolveScene({ conf, observed: byHand });
      expect([keys(all), all.problems], key).to.deep.equal([['web-one', 'web-debug'], []]);
      expect(problemsOf({ conf, request: { target: 'group', group: 'g' } }), key).to.have.length(1);
    }
  });
});
