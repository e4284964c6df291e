import { expect } from 'chai';
import { commandSwitches, switches } from '../../../../src/lib/cli/arguments/instance-flags.ts';
import { switchNames } from '../../../../src/lib/switches.ts';

describe('the flags of switches', () => {
  it('are those of the table, with hyphens, besides the type and the command', () => {
    const names = switchNames.map((name) => name.replaceAll('_', '-'));
    expect(Object.keys(switches)).to.deep.equal(['instance-type', ...names, 'seed-command']);
  });

  for (const name of switchNames)
    it(`${name} is set by its flag and by nothing else`, () => {
      const flag = name.replaceAll('_', '-');
      expect(commandSwitches({ [flag]: false, instance: 'one' })).to.deep.equal({ [name]: false });
      expect(commandSwitches({ [flag]: true, 'seed-command': 'true' })).to.deep.equal({
        [name]: true,
        seedCommand: 'true',
      });
    });

  it('set nothing when they are not given', () => {
    expect(commandSwitches({ 'instance-type': undefined, linked: undefined })).to.deep.equal({});
  });
});
