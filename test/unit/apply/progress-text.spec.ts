import { expect } from 'chai';
import { progressText } from '../../../src/lib/apply/progress-text.ts';
import type { KeySpec } from '../../../src/lib/model/desired.ts';

describe('progressText', () => {
  const creating = (key: Pick<KeySpec, 'name' | 'keep'>): string =>
    progressText({
      id: `key ${key.name}`,
      kind: 'create-key',
      subject: 'demo-one',
      cause: 'no key',
      needs: [],
      key: { kind: 'ssh', exists: false, ...key },
    }).done;

  it('tells the keys of a project by name, and an instance key from them', () => {
    expect(creating({ name: 'client', keep: 'project' })).to.equal('project key client created');
    expect(creating({ name: 'dns', keep: 'project' })).to.equal('project key dns created');
    expect(creating({ name: 'host:demo-one', keep: 'instance' })).to.equal('instance key created');
  });
});
