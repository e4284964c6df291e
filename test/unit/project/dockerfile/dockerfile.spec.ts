import { expect } from 'chai';
import fc from 'fast-check';
import { type DockerfileFacts, parseDockerfile } from '../../../../src/lib/project/dockerfile/dockerfile.ts';

const parse = (...lines: readonly string[]): DockerfileFacts => parseDockerfile('Dockerfile', lines.join('\n'));
const parents = (facts: DockerfileFacts): readonly string[] => facts.parents.map(({ reference }) => reference);
const ports = (facts: DockerfileFacts): readonly string[] =>
  facts.ports.map(({ container, protocol }) => `${String(container)}/${protocol}`);

describe('a Dockerfile', () => {
  it('has parents, each with its place', () => {
    expect(parse('# first', '', 'from  dockerops/dockerops-base').parents).to.deep.equal([
      { reference: 'dockerops/dockerops-base', where: 'Dockerfile:3:1' },
    ]);
  });

  it('replaces arguments in FROM by defaults, values of run.conf and ${X:-y}', () => {
    const lines = [
      'ARG NAME=web',
      'ARG TAG="1.0"',
      'FROM demo/${NAME}:$TAG AS a',
      'FROM ${OTHER:-debian:12}',
      'COPY --from=a / /',
    ];
    expect(parents(parse(...lines))).to.deep.equal(['demo/web:1.0', 'debian:12']);
    expect(parents(parseDockerfile('Dockerfile', lines.join('\n'), { NAME: 'api' }))[0]).to.equal('demo/api:1.0');
  });

  it('knows stages by name and number, and the images of COPY and RUN', () => {
    const facts = parse(
      'FROM --platform=$BUILDPLATFORM golang AS Build',
      'FROM build AS second',
      'COPY --from=0 /a /a',
      'COPY --chown=1:1 --from=nginx:1 /b /b',
      'RUN --mount=type=bind,from=tools,target=/t --mount=type=cache,target=/c true',
      'COPY --from=BUILD /c /c',
    );
    expect(parents(facts)).to.deep.equal(['golang', 'nginx:1', 'tools']);
    expect(facts.base).to.equal('golang');
  });

  it('takes the name of a later stage for that of an image', () => {
    expect(parents(parse('FROM later AS first', 'FROM debian AS later', 'COPY --from=first / /'))).to.deep.equal([
      'later',
      'debian',
    ]);
  });

  it('is what its target is, with the parents of the stages that this needs', () => {
    const stage = 'FROM alpine AS Small\nEXPOSE 80\nCOPY --from=build /a /a\n';
    const text = `FROM golang AS build\n${stage}FROM debian AS test\nEXPOSE 90\n`;
    const small = parseDockerfile('Dockerfile', text, {}, 'SMALL');
    expect([parents(small), ports(small), small.base]).to.deep.equal([['golang', 'alpine'], ['80/tcp'], 'alpine']);
    const last = parseDockerfile('Dockerfile', text);
    expect([parents(last), ports(last), last.stages]).to.deep.equal([
      ['debian'],
      ['90/tcp'],
      ['build', 'small', 'test'],
    ]);
  });

  it('has no base with scratch', () => {
    expect(parse('FROM scratch')).to.deep.include({ parents: [], base: undefined });
  });

  it('exposes at most 1000 ports, in however many ranges', () => {
    const ranges = Array.from({ length: 60 }, (_, index) => `${index * 1000 + 1}-${index * 1000 + 1000}`);
    for (const lines of [ranges.map((range) => `EXPOSE ${range}`), [`EXPOSE ${ranges.join(' ').repeat(20)}`]]) {
      const facts = parse('FROM a', ...lines);
      expect(facts.ports.length).to.be.at.most(1000);
      expect(facts.problems.map(({ message }) => message)).to.include('the image exposes more than 1000 ports');
    }
    expect(parse('FROM a', 'EXPOSE 1-600', 'EXPOSE 601-1000')).to.deep.include({ problems: [] });
  });

  it('exposes tcp and udp ports, ranges, variables, and ports in the two older comments', () => {
    const facts = parse(
      'FROM a',
      'ENV PORT=8080',
      'EXPOSE $PORT 53/udp 100-102/TCP',
      '#UDP_EXPOSE 54',
      '#UDPEXPOSE 55 56',
      '# UDPEXPOSE 57',
      '# EXPOSE 1',
    );
    expect(ports(facts)).to.deep.equal([
      '8080/tcp',
      '53/udp',
      '100/tcp',
      '101/tcp',
      '102/tcp',
      '54/udp',
      '55/udp',
      '56/udp',
      '57/udp',
    ]);
  });

  it('exposes the ports of the stages that the result is made of', () => {
    expect(
      ports(parse('FROM a AS builder', 'EXPOSE 1', 'FROM b AS parent', 'EXPOSE 2', 'FROM parent', 'EXPOSE 3')),
    ).to.deep.equal(['2/tcp', '3/tcp']);
  });

  it('joins continued lines across comments and empty lines', () => {
    expect(ports(parse('FROM a', 'EXPOSE 1 \\', '  # not this 9', '', '  2 \\  ', '  3', 'EXPOSE 4'))).to.deep.equal([
      '1/tcp',
      '2/tcp',
      '3/tcp',
      '4/tcp',
    ]);
  });

  it('continues lines with the character of the escape directive', () => {
    expect(ports(parse('# escape=`', 'FROM a', 'EXPOSE 1 `', ' 2', 'RUN dir C:\\', 'EXPOSE 3'))).to.deep.equal([
      '1/tcp',
      '2/tcp',
      '3/tcp',
    ]);
  });

  it('skips here-documents', () => {
    const facts = parse('FROM a', 'RUN <<EOF bash && cat <<-"END"', 'FROM b', 'EOF', 'EXPOSE 1', '\tEND', 'EXPOSE 2');
    expect([parents(facts), ports(facts)]).to.deep.equal([['a'], ['2/tcp']]);
  });

  it('has a healthcheck unless it is NONE', () => {
    expect(parse('FROM a', 'HEALTHCHECK --interval=5s CMD true').hasHealthcheck).to.equal(true);
    expect(parse('FROM a', 'HEALTHCHECK CMD true', 'healthcheck none').hasHealthcheck).to.equal(false);
    expect(parse('FROM a').hasHealthcheck).to.equal(false);
  });

  it('reports a base image of the former tool with its line', () => {
    expect(parse('# old', 'FROM dockerops/dockerops-base-ubuntu14.04').problems).to.deep.equal([
      {
        where: 'Dockerfile:2:1',
        message: 'dockerops/dockerops-base-ubuntu14.04 no longer exists: base images are built on Debian',
        suggestion: 'write FROM dockerops/dockerops-base, or convert the project: dockerops import .',
      },
    ]);
  });

  it('reads the ports that later versions of DockerOps had in comments', () => {
    const { ports } = parse(
      'FROM debian:12',
      '# reyns: expose 23240/tcp',
      '#reyns:expose 53/udp',
      '# expose 80',
      '# reyns: other 8',
    );
    expect(ports.map(({ container, protocol }) => `${container}/${protocol}`)).to.deep.equal(['23240/tcp', '53/udp']);
  });

  it('reports scripts for a folder from which later versions of DockerOps ran them', () => {
    const lines = [
      'FROM dockerops/dockerops-base',
      'COPY a.sh /prestartup/',
      'COPY ["a.sh", "/prestartup/a.sh"]',
      'ADD a.sh /prestartup',
      'COPY prestartup.sh /entrypoints/prestartup.sh',
      'COPY /prestartup/a.sh /x/',
      'COPY a /opt/prestartup/',
    ];
    expect(parse(...lines).problems.map(({ where }) => where)).to.deep.equal([
      'Dockerfile:2:1',
      'Dockerfile:3:1',
      'Dockerfile:4:1',
    ]);
    expect(parse(...lines.slice(0, 2)).problems[0]).to.deep.include({
      message: 'COPY puts a script into /prestartup, from which nothing is run',
      suggestion: 'put it into /entrypoints, with a name that ends in .sh, or convert the project: dockerops import .',
    });
  });

  it('reports a missing, empty or invalid FROM and an invalid port', () => {
    expect(parse('RUN true').problems).to.deep.equal([
      {
        where: 'Dockerfile:1:1',
        message: 'the Dockerfile has no FROM line',
        suggestion: 'begin it with FROM dockerops/dockerops-base',
      },
    ]);
    expect(parse('FROM $NOTHING').problems).to.deep.equal([
      {
        where: 'Dockerfile:1:1',
        message: 'the image of FROM $NOTHING is empty',
        suggestion: 'give the ARG a default above the first FROM, or a value in "build_args"',
      },
    ]);
    expect(parse('FROM a b').problems).to.deep.equal([
      { where: 'Dockerfile:1:1', message: 'FROM a b names no image', suggestion: 'write FROM <image>' },
    ]);
    expect(parse('FROM a', 'EXPOSE http 70000').problems.map(({ where, message }) => [where, message])).to.deep.equal([
      ['Dockerfile:2:1', 'EXPOSE http is not a port'],
      ['Dockerfile:2:1', 'EXPOSE 70000 is not a port'],
    ]);
  });

  it('is read without an exception, for any text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'FROM a AS b',
        'FROM $X',
        'EXPOSE 1 \\',
        'RUN <<E',
        'E',
        'ARG X',
        'ENV A',
        'COPY --from=b a b',
        '# escape=`',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(parse(...lines).problems).to.be.an('array');
      }),
    );
  });
});
