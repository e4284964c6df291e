import { expect } from 'chai';
import { validateProject, type Validation } from '../../../src/lib/platform/validate-project.ts';
import { renderValidation } from '../../../src/lib/render/validation-text.ts';
import { noStyle } from '../../../src/lib/render/style.ts';
import { projectDirectory } from '../project/project-files.ts';

const plain = 'FROM debian:12\n';

async function validate(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}): Promise<Validation> {
  return validateProject({ workingDirectory: projectDirectory(files), environment, packageDirectory: '/package', homeDirectory: '/home/ann' });
}

function places({ problems }: Validation): readonly string[] {
  return problems.map(({ where }) => where ?? '');
}

describe('validating a project', () => {
  it('finds nothing wrong with one that is right, and says what it has looked at', async () => {
    const validation = await validate({ 'run.conf': '[{"service": "web", "instance": "main"}]', 'services/web/Dockerfile': plain });
    expect(validation.problems).to.deep.equal([]);
    expect(renderValidation(validation, noStyle)).to.equal('valid: project demo, 1 entry, 1 service\n');
  });

  it('tells what is wrong in all files at once, by file, line and column, each with its mend', async () => {
    const validation = await validate({
      'run.conf': '[\n  {"service": "web", "instnace": "main"},\n  {"service": "web", "instance": "b", "sleep": "long", "env_file": "web.env"}\n]',
      'web.env': 'A=1\nnonsense\n', 'host.conf': '{\n  "A": true\n}', 'services/web/Dockerfile': `${plain}EXPOSE x\n`, 'services/web/required_env_vars.json': '[5]',
    });
    expect(places(validation)).to.deep.equal(['host.conf:2:3', 'run.conf:2:22', 'run.conf:3:48', 'services/web/Dockerfile:2:1', 'services/web/required_env_vars.json:1:2', 'web.env:2:1']);
    expect(renderValidation(validation, noStyle)).to.contain('  run.conf:2:22  unknown key "instnace"\n    did you mean "instance"?\n').and.to.match(/\n6 problems\n$/);
    expect(validation.notices.join()).to.contain('when these problems are mended');
  });

  it('finds wrong links, unknown services and missing variables, also of what does not start by itself', async () => {
    const validation = await validate({
      'run.conf': '[\n  {"service": "web", "instance": "main", "autostart": false, "links": ["dbx:db"], "env_vars": {"MUST": null}},\n  {"service": "wbe"}\n]',
      'services/web/Dockerfile': plain, 'services/db/Dockerfile': plain,
    });
    expect(validation.problems.map(({ message }) => message)).to.deep.equal([
      'the link is to a service "dbx", which this project does not have', 'web-main needs MUST: run.conf says that it must be supplied', 'there is no service "wbe" in this project',
    ]);
  });

  it('lets instances be interactive that run:all does not start', async () => {
    const files = (more: string): Record<string, string> => ({ 'run.conf': `[{"service": "web", "instance": "bench", "interactive": true${more}}, {"service": "web", "instance": "debug"${more}}]`, 'services/web/Dockerfile': plain });
    expect(places(await validate(files('')))).to.have.length(2);
    for (const key of ['autostart', 'autorun']) expect((await validate(files(`, "${key}": false`))).problems, key).to.deep.equal([]);
  });

  it('misses no variable that the environment gives', async () => {
    const files = { 'run.conf': '[{"service": "web", "instance": "main", "env_vars": {"MUST": null}}]', 'services/web/Dockerfile': plain };
    expect(places(await validate(files))).to.have.length(1);
    expect(places(await validate(files, { MUST: 'given' }))).to.deep.equal([]);
  });

  it('looks at Dockerfiles that no entry uses, and places what is wrong with their FROM lines', async () => {
    const validation = await validate({ 'run.conf': '[]', 'services/a/Dockerfile': `# a\nFROM demo/gone\n`, 'services/b/Dockerfile': 'FROM demo/c\n', 'services/c/Dockerfile': 'FROM demo/b\n' });
    expect(places(validation)).to.deep.equal(['services/a/Dockerfile:2:1', 'services/b/Dockerfile:1:1']);
    expect(validation.problems[1]?.message).to.equal('images are built on each other: demo/b:latest -> demo/c:latest -> demo/b:latest');
  });

  it('tells a problem once that several instances have', async () => {
    const validation = await validate({ 'run.conf': '[{"service": "web", "instance": "a"}, {"service": "web", "instance": "b"}]', 'services/web/Dockerfile': `${plain}EXPOSE x\n` });
    expect(places(validation)).to.deep.equal(['services/web/Dockerfile:2:1']);
  });
});
