// The Debian package: the same files below /usr, the settings of the daemons in /etc/dockerops, and what dpkg wants to
// know.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, run } from '../steps.mjs';
import { unitNames } from './contents.mjs';
import { stage } from './stage.mjs';

const architectures = { x64: 'amd64', arm64: 'arm64' };
const maintainer = 'dockerops contributors <dockerops@users.noreply.github.com>';
const settings = readdirSync(join(root, 'packaging/etc'));

/** Makes `dockerops_1.2.3_amd64.deb` in `target`, by way of `directory`, and returns its name. */
export async function makeDebianPackage({ files, architecture, directory, target, release }) {
  const inPackage = [...files.map(placed), ...settings.map(settingsFile), changelog(release), overrides()];
  stage(directory, [...inPackage, ...control(inPackage, architecture, release)], release.date);
  const name = `dockerops_${debianVersion(release)}_${architectures[architecture]}.deb`;
  const compression = ['-Zxz', '-z1'];
  await run('dpkg-deb', ['--root-owner-group', ...compression, '--build', directory, join(target, name)], {
    // With several threads the bytes are others than with one.
    env: { ...process.env, SOURCE_DATE_EPOCH: String(release.date.getTime() / 1000), DPKG_DEB_THREADS_MAX: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return name;
}

/** What npm calls 1.0.0-rc.1 comes before 1.0.0 here, too. */
function debianVersion({ version }) {
  return version.replaceAll('-', '~');
}

/** Where Debian has a place of its own for something. Man pages are compressed. */
function placed({ to, from, text }) {
  const path = `usr/${to.replace('zsh/site-functions', 'zsh/vendor-completions')}`;
  if (path.includes('/man/man1/')) return { to: `${path}.gz`, text: compressed(text) };
  if (path.endsWith('.service'))
    return { to: path, text: text.replace('/usr/bin/env dockerops', '/usr/bin/dockerops') };
  return { to: path, from, text };
}

/** The header of gzip has no time. */
function compressed(text) {
  return gzipSync(text, { level: 9 });
}

/** May have tokens, which only root reads: systemd, before it starts a daemon. */
function settingsFile(name) {
  const mode = name.endsWith('.env') ? 0o600 : 0o644;
  return { to: `etc/dockerops/${name}`, from: join(root, 'packaging/etc', name), mode };
}

function changelog(release) {
  const date = release.date.toUTCString().replace('GMT', '+0000');
  const text =
    `dockerops (${debianVersion(release)}) stable; urgency=medium\n\n` +
    `  * See CHANGELOG.md.\n\n -- ${maintainer}  ${date}\n`;
  return { to: 'usr/share/doc/dockerops/changelog.gz', text: compressed(text) };
}

function overrides() {
  return { to: 'usr/share/lintian/overrides/dockerops', from: join(root, 'packaging/debian/lintian-overrides') };
}

function control(files, architecture, release) {
  const digests = files
    .filter(({ to }) => !to.startsWith('etc/'))
    .map((file) => `${createHash('md5').update(contentOf(file)).digest('hex')}  ${file.to}\n`);
  const scripts = ['postinst', 'prerm', 'postrm'].map((name) => ({
    to: `DEBIAN/${name}`,
    text: readFileSync(join(root, 'packaging/debian', name), 'utf8').replaceAll('@UNITS@', unitNames.join(' ')),
    mode: 0o755,
  }));
  return [
    { to: 'DEBIAN/control', text: controlFile(files, architecture, release) },
    { to: 'DEBIAN/conffiles', text: settings.map((name) => `/etc/dockerops/${name}\n`).join('') },
    { to: 'DEBIAN/md5sums', text: digests.join('') },
    ...scripts,
  ];
}

function contentOf({ from, text }) {
  return from === undefined ? text : readFileSync(from);
}

/** The libraries are those that Node.js is linked with, in the versions whose symbols it uses. */
function controlFile(files, architecture, release) {
  const kilobytes = files.reduce((sum, file) => sum + Math.ceil(contentOf(file).length / 1024), 0);
  return `Package: dockerops
Version: ${debianVersion(release)}
Architecture: ${architectures[architecture]}
Maintainer: ${maintainer}
Installed-Size: ${kilobytes}
Depends: init-system-helpers (>= 1.52), libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 5.2)
Recommends: docker.io | docker-ce, openssh-client
Suggests: bash-completion, mmdebstrap
Section: admin
Priority: optional
Homepage: https://github.com/dockerops/dockerops
Description: build, run and interconnect containers from a services folder
 The same platform on a laptop and in production. A project is a folder of
 services, each with a Dockerfile, and one run.conf. dockerops builds the
 images, runs named instances of them with Docker, gives them DNS names, and
 brings what runs in line with the files. It shows every change, and the reason
 for it, before it makes it.
 .
 Its daemons keep a host as Consul describes it (operator), publish keys for
 the containers of a host (registrator), and deploy services for clients of an
 HTTP API (serve). Node.js is part of the package.
`;
}
