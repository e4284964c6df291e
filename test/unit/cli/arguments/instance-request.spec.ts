import { expect } from 'chai';
import { instanceRequest } from '../../../../src/lib/cli/arguments/instance-request.ts';
import { error } from '../../project/project-files.ts';

describe('which instances a command is about', () => {
  it('is all without a name, else a service, one of its instances, or a group', () => {
    expect(instanceRequest('run', undefined, {})).to.deep.equal({ target: 'all', switches: {} });
    expect(instanceRequest('run', 'all', {})).to.deep.equal({ target: 'all', switches: {} });
    expect(instanceRequest('run', 'web', { instance: 'one' })).to.deep.equal({
      target: 'service',
      service: 'web',
      instance: 'one',
      switches: {},
    });
    expect(instanceRequest('run', undefined, { group: 'front' })).to.deep.equal({
      target: 'group',
      group: 'front',
      switches: {},
    });
  });

  it('is one more with --new, which is for a service alone', () => {
    expect(instanceRequest('run', 'web', { new: true })).to.deep.equal({
      target: 'service',
      service: 'web',
      newInstance: 'always',
      switches: {},
    });
    const refused = [
      [undefined, {}],
      ['all', {}],
      [undefined, { group: 'front' }],
      ['web', { instance: 'one' }],
    ] as const;
    for (const [target, flags] of refused)
      expect(error(() => instanceRequest('run', target, { ...flags, new: true })).suggestions).to.deep.equal([
        'dockerops run:SERVICE,new',
      ]);
  });
});
