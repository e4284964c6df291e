import { expect } from 'chai';
import type { Resolution } from '../../../../../src/lib/project/resolve/resolve.ts';
import { containerOf } from '../../../../support/specs.ts';
import { error, resolveScene, type Scene, variableOf } from '../../project-files.ts';
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

  it('options behind a comma after a space are said to be flags, and no such folder is suggested', () => {
    const { suggestions } = error(() => resolveScene({ request: service('web,instance=two,build') }));
    expect(suggestions).to.deep.equal([
      'after a space options are flags: web --instance two --build',
      'its services are db, db-main, plain, web',
    ]);
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
      'web-ffffffff',
    ]);
  });

  it('an entry without a name still owns its instance when that is called by its generated name', () => {
    const conf = [web(null)];
    const observed = running(resolveScene({ conf }));
    const labelsOf = (entries: readonly object[], there = observed): unknown =>
      resolveScene({ conf: entries, observed: there, request: service('web', { instance: '0a1b2c3d' }) }).desired
        .instances[0]?.labels;
    expect(labelsOf(conf)).to.deep.equal({ 'dockerops.conf': 'run.conf', 'dockerops.unnamed': 'true' });
    expect(labelsOf(conf, {})).to.deep.equal({ 'dockerops.conf': 'run.conf' });
    expect(labelsOf([...conf, web('0a1b2c3d')])).to.deep.equal({ 'dockerops.conf': 'run.conf' });
  });

  describe('a service without an instance', () => {
    const conf = [web('one'), web('two'), web(null, { env_vars: { A: 'any' } }), { service: 'web', instance: 'later' }];
    const there = (...instances: readonly string[]): NonNullable<Scene['observed']> => {
      const states = instances.map((instance, index) =>
        running(resolveScene({ conf: conf.slice(0, 2), request: service('web', { instance }) }), {
          [`web-${instance}`]: 10 - index,
        }),
      );
      return { containers: states.flatMap(({ containers = [] }) => containers) };
    };
    const ask = (observed: NonNullable<Scene['observed']>, request = {}, entries = conf): Resolution =>
      resolveScene({ conf: entries, observed, request: service('web', request) });

    it('means the instance that is there, and with several all of them, oldest first', () => {
      expect(keys(ask(there('one')))).to.deep.equal(['web-one']);
      expect(keys(ask(there('one', 'two')))).to.deep.equal(['web-two', 'web-one']);
      expect(keys(ask(there('one', 'two'), { newInstance: 'never' }))).to.deep.equal(['web-two', 'web-one']);
    });

    it('means also instances that are stopped', () => {
      const { containers = [] } = there('one');
      const stopped = { containers: containers.map((container) => ({ ...container, state: 'exited' as const })) };
      expect(keys(ask(stopped))).to.deep.equal(['web-one']);
    });

    it('takes for each the entry that applies to it, and says where defaults apply', () => {
      const spare = ask(there('one', 'spare'));
      expect(variableOf(spare, 'web-spare', 'A')).to.deep.equal(['any']);
      expect(variableOf(spare, 'web-one', 'A')).to.equal(undefined);
      const { notices } = resolveScene({ conf: [], observed: there('spare'), request: service('web') });
      expect(notices).to.deep.equal(['run.conf has no entry for web,instance=spare, so defaults apply']);
    });

    it('leaves instances that are in no entry any more, and names them with what can be done', () => {
      const notice = (instance: string): string =>
        `web,instance=${instance} is not in run.conf and is left as it is; to remove it: dockerops ` +
        `clean:web,instance=${instance}; to replace it, with defaults: dockerops rerun:web,instance=${instance}`;
      for (const request of [{}, { newInstance: 'never' }, { service: 'w*' }, { instance: '*' }]) {
        const { notices, ...resolution } = ask(there('spare', 'one', 'old'), request, [web('one')]);
        expect(keys({ notices, ...resolution })).to.deep.equal(['web-one']);
        expect(notices).to.deep.equal([notice('old'), notice('spare')]);
      }
      const named = ask(there('one', 'old'), { instance: 'old', newInstance: 'never' }, [web('one')]);
      expect(keys(named), 'one that is named is meant').to.deep.equal(['web-old']);
    });

    it('of which only such instances are there, has none to run or to replace', () => {
      for (const newInstance of [undefined, 'never'] as const) {
        const request = newInstance === undefined ? {} : { newInstance };
        const { message, suggestions, exitCode } = error(() => ask(there('old'), request, [web('one')]));
        expect([message, suggestions, exitCode]).to.deep.equal([
          'web has no instance that is in run.conf: it has old, which the file has not',
          ['dockerops run:web,instance=one', 'to remove what is left of it: dockerops clean:web,instance=old'],
          2,
        ]);
      }
      expect(keys(ask(there('old'), { newInstance: 'always' }, [web('one')]))).to.deep.equal(['web-0a1b2c3d']);
      const replicas = ask(there('3'), { newInstance: 'never' }, [{ service: 'web', replicas: 2 }]);
      expect(keys(replicas)).to.deep.equal(['web-1', 'web-2']);
      expect(replicas.notices[0]).to.contain('web,instance=3 is not in run.conf and is left as it is');
    });

    it('gets a generated name when none is there, and when one more is asked for', () => {
      expect(keys(ask({}))).to.deep.equal(['web-0a1b2c3d']);
      const more = ask(there('one'), { newInstance: 'always' });
      expect([keys(more), more.desired.instances[0]?.labels]).to.deep.equal([
        ['web-0a1b2c3d'],
        { 'dockerops.conf': 'run.conf', 'dockerops.unnamed': 'true' },
      ]);
      const third = ask(running(ask({})), { newInstance: 'always' });
      expect(third.desired.instances[0]?.labels).to.deep.equal({ 'dockerops.conf': 'run.conf' });
    });

    it('without any, and without an entry to make one from, cannot be replaced', () => {
      const { message, suggestions, exitCode } = error(() =>
        ask({}, { newInstance: 'never' }, [web('one'), web('two')]),
      );
      expect([message, suggestions, exitCode]).to.deep.equal([
        'web has no instance',
        ['dockerops run:web,instance=one', 'dockerops run:web,instance=two'],
        2,
      ]);
      expect(keys(ask({}, { newInstance: 'never' }))).to.deep.equal(['web-0a1b2c3d']);
    });

    it('with * means the instances that fit, of any service', () => {
      const observed = { containers: [...(there('one', 'two').containers ?? []), ...dbRuns().containers] };
      const matching = (name: string, instance?: string): readonly string[] =>
        keys(resolveScene({ conf, observed, request: service(name, instance === undefined ? {} : { instance }) }));
      expect(matching('*')).to.deep.equal(['db-one', 'web-two', 'web-one']);
      expect(matching('w*')).to.deep.equal(['web-two', 'web-one']);
      expect(matching('web-o*')).to.deep.equal(['web-one']);
      expect(matching('*', 'one')).to.deep.equal(['db-one', 'web-one']);
      expect(matching('web', 't*')).to.deep.equal(['web-two']);
      expect(error(() => matching('x*')).message).to.equal('no instance of this project matches x*');
    });

    function dbRuns(): { readonly containers: NonNullable<NonNullable<Scene['observed']>['containers']> } {
      const { containers = [] } = running(resolveScene({ request: service('db', { instance: 'one' }) }));
      return { containers };
    }
  });

  describe('a service of run.conf without a folder', () => {
    const cache = (instance: string, image: string): object => ({ service: 'cache', instance, image });
    const spare = service('cache', { instance: 'spare' });

    it('gives an instance without an entry the image of its entries, and says so', () => {
      const { desired, notices, problems } = resolveScene({ conf: [cache('one', 'redis:7')], request: spare });
      expect([desired.instances[0]?.image, problems]).to.deep.equal(['redis:7', []]);
      expect(notices).to.deep.equal([
        'run.conf has no entry for cache,instance=spare (it has one), so defaults apply, with the image redis:7',
      ]);
    });

    it('has no image for such an instance if its entries differ in it', () => {
      const conf = [cache('one', 'redis:7'), cache('two', 'redis:8')];
      const problem = {
        message:
          'the entries of cache have different images (redis:7 at run.conf:5:3, redis:8 at run.conf:10:3), ' +
          'so none applies to spare',
        suggestion: 'add an entry with "instance": "spare" to run.conf',
      };
      expect(problemsOf({ conf, request: spare })[0]).to.include(problem);
      expect(problemsOf({ conf, request: service('cache') })).to.have.length(1);
      expect(problemsOf({ conf, request: service('cache', { instance: 'two' }) })).to.deep.equal([]);
    });
  });

  describe('a service whose folder is gone', () => {
    const gone = [{ service: 'gone', instance: 'one' }];
    const runs = { containers: running(resolveScene({ conf: [web('one')] })).containers ?? [] };
    const moved = {
      containers: runs.containers.flatMap(({ ownership, ...container }) =>
        ownership === undefined
          ? []
          : [{ ...container, ownership: { ...ownership, service: 'gone', key: 'gone-one' } }],
      ),
    };

    it('is said to miss it, with its path and what can be done', () => {
      const of = (scene: Scene): readonly unknown[] => {
        const { message, suggestions } = error(() => resolveScene({ ...scene, request: service('gone') }));
        return [message.replace(/: \/.*\/services/, ': services'), ...suggestions];
      };
      const message = 'the folder of service "gone" is missing: services/gone';
      const back = 'bring it back with its Dockerfile, or name an "image" in the entries of the service';
      const there = 'what is there of it is left as it is; to remove it: dockerops clean:gone';
      expect(of({ conf: gone })).to.deep.equal([message, back]);
      expect(of({ conf: [], observed: moved })).to.deep.equal([message, back, there]);
      expect(of({ conf: [] })[0]).to.equal('there is no service "gone" in this project');
    });

    it('is left by a pattern where run.conf has it no more, and is a problem of its entry where it has it', () => {
      const containers = [...runs.containers, ...moved.containers];
      const all = resolveScene({ conf: [web('one')], observed: { containers }, request: service('*') });
      expect(keys(all)).to.deep.equal(['web-one']);
      expect(all.notices).to.deep.equal([
        'gone,instance=one is not in run.conf and is left as it is; to remove it: dockerops clean:gone,instance=one',
      ]);
      const [problem] = problemsOf({ conf: [web('one'), ...gone], observed: { containers }, request: service('*') });
      expect(problem).to.include({ where: 'run.conf:7:3' });
      expect(JSON.stringify(problem)).to.contain('the folder of service \\"gone\\" is missing');
    });
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
