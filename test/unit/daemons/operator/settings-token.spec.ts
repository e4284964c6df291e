import { expect } from 'chai';
import { resolveSettings } from '../../../../src/lib/daemons/operator/settings.ts';

const flags = { node: 'n1', consul: '10.0.0.5' };

describe('the token of the operator', () => {
  it('comes from the strongest source, as text or as a file', () => {
    const environment = { CONSUL_HTTP_TOKEN_FILE: '/run/token' };
    expect(resolveSettings({ flags: { ...flags, token: 'mine' }, environment }))
      .to.include({ token: 'mine' })
      .and.not.to.have.property('tokenFile');
    expect(resolveSettings({ flags, environment })).to.include({ tokenFile: '/run/token' });
  });

  it('comes from the file when one source gives both', () => {
    expect(
      resolveSettings({ flags: { ...flags, token: 'mine', 'token-file': '/run/token' }, environment: {} }),
    ).to.include({ tokenFile: '/run/token' });
  });
});
