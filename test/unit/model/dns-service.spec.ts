import { expect } from 'chai';
import { isDns, isDnsContainer } from '../../../src/lib/model/dns-service.ts';

const path = '/etc/dockerops/dns-server.json';

describe('whether an instance is the DNS', () => {
  it('is told by the name of its service, or by the file that says what to serve', () => {
    expect(isDns({ service: 'dockerops-dns-debian12' })).to.equal(true);
    expect(isDns({ service: 'names', files: [{ path }] })).to.equal(true);
    expect(isDns({ service: 'dns', files: [{ path: '/etc/dockerops/dns.json' }] })).to.equal(false);
  });

  it('is read from labels that name that file, and no other label is parsed', () => {
    const labelled = (service: string, specLabel: string, files: readonly { readonly path: string }[]): boolean =>
      isDnsContainer({
        service,
        specLabel,
        get spec() {
          if (specLabel === '') throw new Error('parsed');
          return { files: files.map((file) => ({ ...file, mode: 0o600, uid: 0, gid: 0 })) };
        },
      });
    expect(labelled('names', `… ${path} …`, [{ path }])).to.equal(true);
    expect(labelled('names', `… ${path} …`, []), 'as the value of a variable').to.equal(false);
    expect(labelled('names', '', [])).to.equal(false);
    expect(isDnsContainer(undefined)).to.equal(false);
  });
});
