import { expect } from 'chai';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';

describe('dockerops validate', function () {
  this.timeout(60_000);
  let directory: string;
  /** Nothing here may need an engine. */
  const validate = (...words: readonly string[]): Promise<CliResult> =>
    dockerops(['validate', ...words], { cwd: directory, environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-validate-'));
    await mkdir(join(directory, 'services/web'), { recursive: true });
    await writeFile(join(directory, 'services/web/Dockerfile'), 'FROM debian:12\n');
    await writeFile(join(directory, 'run.conf'), '[{"service": "web", "instance": "main"}]');
    await writeFile(
      join(directory, 'other.conf'),
      '[\n  {"service": "web", "instance": "main", "publish_port": true},\n  {"service": "web", "sleep": "long"}\n]',
    );
  });
  after(() => rm(directory, { recursive: true }));

  it('exits with 0 when nothing is wrong', async () => {
    const { code, stdout, stderr } = await validate();
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^valid: project dops-test-validate-\S+, 1 entry, 1 service\n$/);
  });

  it('exits with 2 and lists all problems with place and suggestion', async () => {
    const { code, stdout } = await validate('--conf', 'other');
    expect(code).to.equal(2);
    expect(stdout)
      .to.contain('other.conf:2:42  unknown key "publish_port"')
      .and.to.contain('did you mean "publish_ports"?')
      .and.to.contain('other.conf:3:31')
      .and.to.contain('2 problems');
  });

  it('prints one JSON document', async () => {
    const { code, stdout } = await dockerops(['validate:conf=other', '--json'], { cwd: directory });
    const document = JSON.parse(stdout) as {
      readonly schema: string;
      readonly valid: boolean;
      readonly problems: readonly { readonly where: string }[];
    };
    expect([code, document.schema, document.valid]).to.deep.equal([2, 'dockerops/validate/1', false]);
    expect(document.problems.map(({ where }) => where)).to.deep.equal(['other.conf:2:42', 'other.conf:3:31']);
  });
});
