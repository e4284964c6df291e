import { expect } from 'chai';
import {
  mirrorLines,
  parseDeb822Sources,
  parseOneLineSources,
} from '../../../../src/lib/build/base-images/apt-sources.ts';

describe('apt sources', () => {
  it('one-line sources are read with options, comments and several components', () => {
    const text = `# deb http://no.test/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://mirror.test/debian bookworm main contrib # ours
deb-src http://mirror.test/debian bookworm main`;
    expect(parseOneLineSources(text)).to.deep.equal([
      { uri: 'http://mirror.test/debian', suite: 'bookworm', components: ['main', 'contrib'] },
    ]);
  });

  it('deb822 sources are read with several suites, folded fields and disabled stanzas', () => {
    const text = `Types: deb deb-src
# a comment
URIs: http://mirror.test/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: bookworm
Components: main
`;
    expect(parseDeb822Sources(text).map(({ uri, suite }) => `${uri} ${suite}`)).to.deep.equal([
      'http://mirror.test/debian bookworm',
      'http://mirror.test/debian bookworm-updates',
    ]);
  });

  it("the machine's Debian mirror serves another release, with updates and security", () => {
    const sources = parseOneLineSources(`deb https://vendor.test/linux/debian bookworm stable
deb https://vendor.test/php bookworm main
deb http://mirror.test/remote/ trixie main
deb http://mirror.test/remote/ trixie-updates main
deb http://mirror.test/security trixie-security main`);
    expect(mirrorLines(sources, 'bookworm')).to.deep.equal([
      'deb http://mirror.test/remote/ bookworm main',
      'deb http://mirror.test/remote/ bookworm-updates main',
      'deb http://mirror.test/security bookworm-security main',
    ]);
  });

  it('without a Debian mirror nothing is named, so that the default holds', () => {
    expect(mirrorLines(parseOneLineSources('deb http://mirror.test/ubuntu noble main'), 'bookworm')).to.deep.equal([]);
  });

  it('an address that cannot be shared is left out: local files, and passwords that would end in the image', () => {
    const sources = parseOneLineSources(`deb file:/srv/debian bookworm main
deb http://me:secret@mirror.test/debian bookworm main`);
    expect(mirrorLines(sources, 'bookworm')).to.deep.equal([]);
  });
});
