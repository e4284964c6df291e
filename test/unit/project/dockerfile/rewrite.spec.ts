import { expect } from 'chai';
import { type DockerfileChanges, rewriteDockerfile } from '../../../../src/lib/project/dockerfile/rewrite.ts';

function rewrite(lines: readonly string[], changes: Partial<DockerfileChanges>): readonly string[] {
  return rewriteDockerfile(lines.join('\n'), { buildArgs: {}, images: {}, ...changes }).split('\n');
}

describe('a Dockerfile whose images have other names', () => {
  const images = { 'shop/base': 'copy/base:latest', 'shop/tools:latest': 'copy/tools:latest' };

  for (const [line, expected] of [
    ['FROM shop/base', 'FROM copy/base:latest'],
    ['from --platform=linux/amd64  shop/base  AS shop', 'from --platform=linux/amd64  copy/base:latest  AS shop'],
    ['FROM shop/base-2', 'FROM shop/base-2'],
    ['FROM debian', 'FROM debian'],
  ]) {
    it(`replaces them in ${String(line)}`, () => {
      expect(rewrite([line ?? ''], { images })).to.deep.equal([expected]);
    });
  }

  it('replaces them in COPY and RUN, and where a variable holds the name', () => {
    const lines = [
      '# escape=`',
      'ARG OF=shop',
      'FROM ${OF}/base AS first',
      'COPY --from=shop/tools:latest `',
      '  # shop/tools:latest',
      '  shop/tools:latest /a',
      'RUN --mount=type=bind,from=shop/base,target=/b true shop/base',
    ];
    expect(rewrite(lines, { images })).to.deep.equal([
      ...lines.slice(0, 2),
      'FROM copy/base:latest AS first',
      'COPY --from=copy/tools:latest `',
      '  # shop/tools:latest',
      '  shop/tools:latest /a',
      'RUN --mount=type=bind,from=copy/base:latest,target=/b true shop/base',
    ]);
  });

  it('keeps Windows line ends and a byte order mark', () => {
    const changes = { buildArgs: {}, images };
    expect(rewriteDockerfile('\uFEFFFROM shop/base\r\nRUN x\r\n', changes)).to.equal(
      '\uFEFFFROM copy/base:latest\r\nRUN x\r\n',
    );
  });
});

describe('a Dockerfile that is not to be copied', () => {
  for (const [line, expected] of [
    ['COPY . /app', 'COPY c/. /app'],
    ['copy --chown=1:1 ./ . /app', 'copy --chown=1:1 c/./ c/. /app'],
    ['COPY / /app', 'COPY c// /app'],
    ['COPY Dockerfile /app', 'COPY c/Dockerfile /app'],
    ['COPY *.txt Docker* src/* /app/', 'COPY c/*.txt c/Docker* src/* /app/'],
    ['COPY a ./b/ /app/', 'COPY a ./b/ /app/'],
    ['COPY ["a b", ".", "/app/"]', 'COPY ["a b", "c/.", "/app/"]'],
    ['COPY "." /app', 'COPY "c/." /app'],
    ['COPY $HERE /app', 'COPY c/$HERE /app'],
    ['COPY ${THERE} /app', 'COPY ${THERE} /app'],
    ['COPY --parents ./ /app', 'COPY --parents c/././ /app'],
    ['COPY --from=base . /app', 'COPY --from=base . /app'],
    ['ADD . https://x/* /app', 'ADD c/. https://x/* /app'],
    ['RUN --mount=target=/src make .', 'RUN --mount=target=/src,source=c make .'],
    [
      'RUN --mount=type=bind,source=.,target=/src --mount=type=cache,target=/c x',
      'RUN --mount=type=bind,source=c/.,target=/src --mount=type=cache,target=/c x',
    ],
    ['RUN --mount=source=lib,target=/l x', 'RUN --mount=source=lib,target=/l x'],
    ['RUN --mount=from=base,target=/l x', 'RUN --mount=from=base,target=/l x'],
    ['RUN cp . /app', 'RUN cp . /app'],
    ['ONBUILD COPY . /app', 'ONBUILD COPY . /app'],
  ]) {
    it(`copies from elsewhere in ${String(line)}`, () => {
      const lines = ['FROM base', 'ENV HERE=. THERE=a', line ?? ''];
      expect(rewrite(lines, { context: 'c' })[2]).to.equal(expected);
    });
  }

  it('copies from elsewhere in continued lines, and not from here-documents', () => {
    const lines = ['FROM x', 'COPY <<END . \\', ' # COPY .', ' . /app', 'COPY . /', 'END', 'COPY . /b'];
    expect(rewrite(lines, { context: 'c' })).to.deep.equal([
      'FROM x',
      'COPY <<END c/. \\',
      ' # COPY .',
      ' c/. /app',
      'COPY . /',
      'END',
      'COPY c/. /b',
    ]);
  });
});
