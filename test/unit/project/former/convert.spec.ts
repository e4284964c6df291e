import { expect } from 'chai';
import { convertDockerfile, type FormerImages } from '../../../../src/lib/project/former/dockerfile.ts';
import { inOwnPlaces, usesTools } from '../../../../src/lib/project/former/places.ts';
import { convertHostConf, convertRunConf } from '../../../../src/lib/project/former/run-conf.ts';

const images: FormerImages = { project: 'shop', services: ['web', 'base-app'], needsTools: false, depth: 0 };
const dockerfile = (text: string, more: Partial<FormerImages> = {}): string =>
  convertDockerfile('Dockerfile', text, { ...images, ...more }).text;

describe('a Dockerfile of DockerOps or Reyns', () => {
  it('is built on the base image of today, whatever system its own was', () => {
    for (const name of ['dockerops/dockerops-base-ubuntu14.04', 'dockerops/dockerops-base-ubuntu_14.04'])
      expect(dockerfile(`FROM ${name}`)).to.equal('FROM dockerops/dockerops-base');
    for (const name of ['reyns/reyns-base', 'reyns/reyns-base-centos7.2:latest', 'reyns/reyns-base-ubuntu18.04'])
      expect(dockerfile(`FROM ${name}`)).to.equal('FROM dockerops/dockerops-base');
    expect(dockerfile('from reyns/reyns-dns-ubuntu18.04 AS x')).to.equal('from dockerops/dockerops-dns AS x');
    expect(dockerfile('FROM reyns/reyns-common-ubuntu14.04')).to.equal('FROM dockerops/dockerops-common-debian12');
    expect(dockerfile('FROM debian:12')).to.equal('FROM debian:12');
  });

  it('gets the large image where it uses the tools that base images had', () => {
    expect(dockerfile('FROM reyns/reyns-base', { needsTools: true })).to.equal('FROM dockerops/dockerops-full');
    expect(['RUN git clone x', 'RUN true && wget http://x', 'if host $x; then'].map(usesTools)).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect(['COPY git.conf /x', 'ENV digit 1', 'HOSTNAME=x'].map(usesTools)).to.deep.equal([false, false, false]);
  });

  it('names its parent in the project by the name of the project', () => {
    expect(dockerfile('FROM reyns/web')).to.equal('FROM shop/web');
    expect(dockerfile('FROM reyns/other')).to.equal('FROM reyns/other');
  });

  it('has scripts of /prestartup run as entrypoints, those of parents first', () => {
    expect(dockerfile('COPY prestartup_a.sh sub/b.sh /prestartup/', { depth: 1 })).to.equal(
      'COPY prestartup_a.sh /entrypoints/prestartup_a-1500000100.sh\nCOPY sub/b.sh /entrypoints/b-1500000101.sh',
    );
    expect(dockerfile('COPY scripts/* /prestartup/')).to.equal('COPY scripts/* /entrypoints/');
    expect(dockerfile('COPY ["a.sh", "/prestartup/"]')).to.equal('COPY ["a.sh", "/entrypoints/"]');
    expect(dockerfile('COPY prestartup_a.sh /srv/')).to.equal('COPY prestartup_a.sh /srv/');
  });

  it('makes no directory that base images have', () => {
    expect(dockerfile('RUN mkdir /data && mkdir /opt/reyns && mkdir /srv/x')).to.equal(
      'RUN mkdir -p /data && mkdir -p /opt/dockerops && mkdir /srv/x',
    );
  });

  it('fetches the lists of packages before it installs the first', () => {
    expect(dockerfile('RUN apt-get install -y a\nRUN apt-get install b')).to.equal(
      'RUN apt-get update && apt-get install -y a\nRUN apt-get install b',
    );
    expect(dockerfile('RUN apt-get update\nRUN apt-get install a')).to.equal(
      'RUN apt-get update\nRUN apt-get install a',
    );
  });

  it('keeps what its annotations exposed, and says what run.conf must say now', () => {
    const { text, dropped } = convertDockerfile(
      'Dockerfile',
      '# reyns: expose 80/tcp\n# reyns: expose 443 as 8443\n# reyns: privileged',
      images,
    );
    expect(text).to.equal('# reyns: expose 80/tcp\nEXPOSE 443\n# reyns: privileged');
    expect(dropped.map(({ where, suggestion }) => [where, suggestion])).to.deep.equal([
      ['Dockerfile:2:1', 'add "ports": ["8443:443"] to its entries'],
      ['Dockerfile:3:1', 'add "privileged": true to its entries'],
    ]);
  });

  it('has the user dockerops with its home and directories', () => {
    expect(inOwnPlaces('chown -R reyns:reyns /reyns/.ssh /opt/reyns /var/log/reyns/x')).to.equal(
      'chown -R dockerops:dockerops /home/dockerops/.ssh /opt/dockerops /var/log/dockerops/x',
    );
    expect(inOwnPlaces('USER reyns\nuser = reyns\ncp /dockerops/x /srv/dockerops/reyns')).to.equal(
      'USER dockerops\nuser = dockerops\ncp /home/dockerops/x /srv/dockerops/reyns',
    );
  });
});

describe('a run conf of DockerOps or Reyns', () => {
  it('names base services as they are called now, and is otherwise left as it is written', () => {
    const text = '[ # all\n {"service": "reyns-dns", "links": ["reyns-dns-one:dns", "dockerops-dns-ubuntu14.04-a:x"]}]';
    expect(convertRunConf('run.conf', text).text).to.equal(
      '[ # all\n {"service": "dockerops-dns", "links": ["dockerops-dns-one:dns", "dockerops-dns-a:x"]}]',
    );
    expect(convertRunConf('run.conf', '[{"service": "a"}]')).to.deep.equal({
      text: '[{"service": "a"}]',
      converted: [],
      dropped: [],
    });
  });

  it('loses safe_persistency, and says where the data is and what else has no equivalent', () => {
    const { text, dropped } = convertRunConf(
      'run.conf',
      '[{"service": "a", "safe_persistency": true},\n{"safe_persistency": false, "extra_args": "-P"}]',
    );
    expect(text).to.equal('[{"service": "a"},\n{ "extra_args": "-P"}]');
    expect(dropped.map(({ where }) => where)).to.deep.equal(['run.conf:1:1', 'run.conf:2:1']);
  });

  it('as the conf that was used last is no longer the default by its name', () => {
    expect(convertHostConf('{"A": "1", "last_conf": null}')).to.equal('{\n  "A": "1"\n}\n');
    expect(convertHostConf('{"last_conf": "published"}')).to.equal('{"last_conf": "published"}');
    expect(convertHostConf('{broken')).to.equal('{broken');
  });
});
