import { expect } from 'chai';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';
import { resolveScene } from '../project-files.ts';
import { keys, service } from '../resolve/scenes.ts';

const problemsOf = (...entries: readonly object[]): readonly string[] =>
  parseRunConf('run.conf', `[${entries.map((entry) => JSON.stringify(entry)).join(',\n')}]`).problems.map(
    ({ where = '', message }) => `${where} ${message}`,
  );

describe('replicas', () => {
  const conf = [
    { service: 'web', replicas: 3 },
    { service: 'db', replicas: 0 },
  ];

  it('make instances 1 to n, which have names like others', () => {
    expect(keys(resolveScene({ conf }))).to.deep.equal(['web-1', 'web-2', 'web-3']);
    expect(keys(resolveScene({ conf, request: service('web', { instance: '2' }) }))).to.deep.equal(['web-2']);
    expect(resolveScene({ conf, request: service('web', { instance: '4' }) }).notices).to.deep.equal([
      'run.conf has no entry for web,instance=4 (it has 1, 2, 3), so defaults apply',
    ]);
  });

  it('are what their service means while none of it is there', () => {
    expect(keys(resolveScene({ conf, request: service('web') }))).to.deep.equal(['web-1', 'web-2', 'web-3']);
  });

  it('are a whole number, and not for a named instance', () => {
    expect(problemsOf({ service: 'web', replicas: 2, instance: 'one' })).to.deep.equal([
      'run.conf:1:32 "instance" names one instance, and "replicas" makes several',
    ]);
    expect(problemsOf({ service: 'web', replicas: 2, instance: null })).to.deep.equal([]);
    for (const replicas of [-1, 1.5, 101, '2', null])
      expect(problemsOf({ service: 'web', replicas })).to.have.length(1);
  });

  it('cannot share a port of the host', () => {
    const ports = ['80', '8080:80', '127.0.0.1::81', '127.0.0.1:8081:81/udp', '9000-9001:9000-9001'];
    expect(problemsOf({ service: 'web', replicas: 2, ports, publish_ssh_on: 2222 })).to.deep.equal([
      'run.conf:1:46 only one of 2 replicas can have this port of the host',
      'run.conf:1:72 only one of 2 replicas can have this port of the host',
      'run.conf:1:96 only one of 2 replicas can have this port of the host',
      'run.conf:1:119 only one of 2 replicas can have this port of the host',
    ]);
    expect(problemsOf({ service: 'web', replicas: 1, ports, publish_ssh_on: 2222 })).to.deep.equal([]);
  });

  it('have no name that another entry has', () => {
    expect(problemsOf({ service: 'web', replicas: 2 }, { service: 'web', instance: '2' })).to.deep.equal([
      'run.conf:2:1 there is another entry for web-2, at run.conf:1:2',
    ]);
  });
});
