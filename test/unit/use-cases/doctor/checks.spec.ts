import { expect } from 'chai';
import { EngineUnreachable } from '../../../../src/lib/errors.ts';
import { label } from '../../../../src/lib/labels.ts';
import { checkDataFolders, checkRestores } from '../../../../src/lib/use-cases/doctor/data-checks.ts';
import { checkDisk, checkStorage, engineFails } from '../../../../src/lib/use-cases/doctor/engine-checks.ts';
import { checkBaseImages, checkBootstrap } from '../../../../src/lib/use-cases/doctor/image-checks.ts';
import { checkCache, checkHostConf, checkNode, checkSsh } from '../../../../src/lib/use-cases/doctor/machine-checks.ts';
import { checkPort53 } from '../../../../src/lib/use-cases/doctor/network-checks.ts';
import { renderChecks } from '../../../../src/lib/cli/render/checks-text.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';
import { containerOf, observed, spec } from '../../../support/specs.ts';

const { engine } = observed();
const image = (reference: string, hash: string) => ({
  id: reference,
  references: [reference],
  labels: { [label.sourceHash]: hash },
  created: 1,
});

describe('what the doctor says', () => {
  for (const [version, status] of [
    ['v22.18.0', 'ok'],
    ['v24.1.0', 'ok'],
    ['v22.17.9', 'fail'],
    ['v20.20.0', 'fail'],
  ] as const) {
    it(`of Node.js ${version} is ${status}`, () => {
      expect(checkNode(version).status).to.equal(status);
    });
  }

  for (const [driver, status] of [
    ['overlay2', 'ok'],
    ['btrfs', 'ok'],
    ['vfs', 'warn'],
    [undefined, 'unknown'],
  ] as const) {
    it(`of storage driver ${driver ?? '(none)'} is ${status}`, () => {
      expect(checkStorage({ ...engine, ...(driver === undefined ? {} : { storageDriver: driver }) }).status).to.equal(
        status,
      );
    });
  }

  for (const [free, status, text] of [
    [50, 'ok', '50.0 GiB'],
    [5, 'ok', '5.0 GiB'],
    [4.9, 'warn', '4.9 GiB'],
    [0.9, 'fail', '921.6 MiB'],
  ] as const) {
    it(`of ${String(free)} GiB free is ${status}`, () => {
      expect(checkDisk(free * 2 ** 30, { ...engine, dataDirectory: '/var/lib/docker' })).to.deep.include({
        status,
        text: `${text} free in /var/lib/docker`,
      });
    });
  }

  it('of the disk of another machine is that it cannot be seen', () => {
    expect(checkDisk(undefined, engine).status).to.equal('unknown');
  });

  it('names who holds port 53: a process, or a container with its project', () => {
    const resolver = { port: 53, protocol: 'udp', ip: '127.0.0.53', holder: 'systemd-resolve (pid 812)' } as const;
    expect(checkPort53([resolver], [])).to.deep.include({
      status: 'warn',
      text: 'in use: 53/udp on 127.0.0.53 by systemd-resolve (pid 812)',
    });
    const dns = containerOf(spec('dockerops-dns', 'one'), {
      ports: [{ container: 53, protocol: 'udp', host: 53, ip: '192.0.2.7' }],
    });
    expect(checkPort53([{ ...resolver, holder: 'docker-proxy' }], [dns]).text).to.equal(
      'in use: 53/udp on 192.0.2.7 by container demo-dockerops-dns-one (project demo in /home/ann/demo)',
    );
    expect(checkPort53([], []).status).to.equal('ok');
    expect(checkPort53(undefined, []).status).to.equal('unknown');
  });

  it('of base images is which are not made, or older', () => {
    const wanted = { 'dockerops/a:latest': '1', 'dockerops/b': '2' };
    expect(checkBaseImages(wanted, [image('dockerops/a:latest', '1')]).text).to.equal('1 of 2 not made yet');
    expect(checkBaseImages(wanted, [image('dockerops/a:latest', '1'), image('dockerops/b:latest', 'x')]).text).to.equal(
      '1 of 2 older than those of this version',
    );
    expect(
      checkBaseImages(wanted, [image('dockerops/a:latest', '1'), image('dockerops/b:latest', '2')]).status,
    ).to.equal('ok');
  });

  it('of making base images is where that is possible', () => {
    expect(checkBootstrap(undefined, 'debian:12', []).status).to.equal('ok');
    expect(checkBootstrap('it takes root', 'debian:12', [image('debian:12', '')])).to.deep.include({
      status: 'ok',
      text: 'base images are made in a container of debian:12: it takes root',
    });
    expect(checkBootstrap('it takes root', 'debian:12', []).status).to.equal('warn');
  });

  it('of host.conf is whether others can read it', () => {
    expect(checkHostConf('/p/host.conf', 0o600).status).to.equal('ok');
    expect(checkHostConf('/p/host.conf', undefined).status).to.equal('ok');
    expect(checkHostConf('/p/host.conf', 0o640).status).to.equal('warn');
    expect(checkHostConf('/p/host.conf', 0o644)).to.deep.include({
      status: 'warn',
      fix: 'chmod 600 /p/host.conf',
    });
  });

  it('of the cache is where it is, and what keeps it from the place that is named', () => {
    const named = '/home/ann/.cache/dockerops';
    expect(checkCache(named, { kind: 'own', isPrivate: true }, named)).to.deep.include({
      status: 'ok',
      text: named,
    });
    const theirs = { kind: 'refused', path: '/home/ann', reason: 'belongs to user 1000' } as const;
    expect(checkCache(named, theirs, '/root/.cache/dockerops')).to.deep.include({
      status: 'ok',
      text: '/root/.cache/dockerops, because /home/ann belongs to user 1000',
    });
    expect(checkCache(named, theirs, undefined))
      .to.have.property('fix')
      .that.contains('XDG_CACHE_HOME=');
    const open = { kind: 'refused', path: '/home/a b', reason: 'can be written to', isOpen: true } as const;
    expect(checkCache(named, open, undefined)).to.deep.include({ status: 'warn', fix: "chmod go-w '/home/a b'" });
  });

  it('of data folders is which other users may enter, with the command that closes them', () => {
    expect(checkDataFolders([], true).status).to.equal('ok');
    expect(checkDataFolders(undefined, false).status).to.equal('unknown');
    expect(checkDataFolders(['/d/db_one', "/it's/db_two"], true)).to.deep.include({
      status: 'warn',
      fix: String.raw`chmod 700 /d/db_one '/it'\''s/db_two'`,
    });
    expect(checkDataFolders(['/d/db_one'], false).fix).to.equal("on the engine's host: chmod 700 /d/db_one");
  });

  it('of restores is what they left, and where that cannot be seen', () => {
    expect(checkRestores([]).status).to.equal('ok');
    expect(checkRestores(undefined).status).to.equal('unknown');
    const left = checkRestores(['1', '2', '3', '4', '5', '6', '7']);
    expect(left)
      .to.deep.include({
        status: 'warn',
        text: 'left by an interrupted restore, unless one is running now: 1, 2, 3, 4, 5, and 2 more',
      })
      .and.to.have.property('fix')
      .that.contains('remove it');
  });

  it('of an engine that does not answer is what its error says, and what to do', () => {
    const check = engineFails(
      new EngineUnreachable('no engine\n  /x: not there', { code: 'X', suggestions: ['start it', 'install it'] }),
    );
    expect(renderChecks([check, checkSsh(true)], noStyle)).to.equal(
      '✖ engine  no engine\n' +
        '            /x: not there\n' +
        '    -> start it, or install it\n' +
        '✔ ssh     the client is installed\n',
    );
  });
});
