import { expect } from 'chai';
import { runCommands } from '../../../../../src/lib/project/resolve/select/run-commands.ts';
import { parseRunConf } from '../../../../../src/lib/project/conf/run-conf.ts';

describe('commands that run a service', () => {
  const confOf = (...entries: readonly object[]): ReturnType<typeof parseRunConf>['conf'] =>
    parseRunConf('run.conf', JSON.stringify(entries)).conf;

  it('name the instances of its entries, but for an entry without a name', () => {
    const conf = confOf({ service: 'web', instance: 'one' }, { service: 'web', instance: 'two' }, { service: 'db' });
    expect(runCommands('web', undefined, conf)).to.deep.equal([
      'dockerops run:web,instance=one',
      'dockerops run:web,instance=two',
    ]);
    expect(runCommands('db', undefined, conf)).to.deep.equal(['dockerops run:db']);
    expect(runCommands('web', 'three', conf)).to.deep.equal(['dockerops run:web,instance=three']);
  });

  it('are none for a pattern, which runs nothing', () => {
    expect(runCommands('w*', undefined, confOf())).to.deep.equal([]);
    expect(runCommands('web', '*', confOf())).to.deep.equal([]);
  });
});
