import { expect } from 'chai';
import { withoutShellVariables } from '../../../../../src/lib/project/resolve/environment/shell-variables.ts';
import { resolveScene } from '../../project-files.ts';

describe('the environment of a command', () => {
  it('does not give what every shell has', () => {
    const environment = { PATH: '/bin', HOME: '/root', LC_ALL: 'C', LC_TIME: 'C', TERM: 'xterm', USER: 'root', A: '1' };
    expect(withoutShellVariables(environment)).to.deep.equal({ A: '1' });
  });

  it('is named once when it overrides what files say', () => {
    const conf = ['one', 'two'].map((instance) => ({ service: 'web', instance, env_vars: { A: 'x', B: 'y', C: 'z' } }));
    const { notices } = resolveScene({ conf, environment: { A: '1', B: 'y', D: '2' } });
    expect(notices.filter((notice) => notice.includes('overrides'))).to.have.length(1);
    expect(notices.join()).to.match(/^the environment of this command overrides A \(run.conf:\d+:\d+\), A \(run.conf:/);
  });
});
