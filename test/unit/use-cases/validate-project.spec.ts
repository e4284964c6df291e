import { expect } from 'chai';
import { validateProject, type Validation } from '../../../src/lib/use-cases/validate-project.ts';
import { renderValidation } from '../../../src/lib/cli/render/validation-text.ts';
import { noStyle } from '../../../src/lib/cli/render/style.ts';
import { projectDirectory } from '../project/project-files.ts';

const plain = 'FROM debian:12\n';

async function validate(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Validation> {
  return validateProject({
    workingDirectory: projectDirectory(files),
    environment,
    packageDirectory: '/package',
    homeDirectory: '/home/ann',
  });
}

function places({ problems }: Validation): readonly string[] {
  return problems.map(({ where }) => where ?? '');
}

/** Two entries that publish a port of the host, each on a line of its own. */
function publishing(x: object, y: object): Readonly<Record<string, string>> {
  const entry = (instance: string, more: object): string =>
    JSON.stringify({ service: 'cache', instance, image: 'redis:7', ports: ['8080:80'], publish_ports: true, ...more });
  return { 'run.conf': `[\n  ${entry('x', x)},\n  ${entry('y', y)}\n]` };
}

describe('validating a project', () => {
  it('finds a stage that does not exist, and lines of an ignore file that are no patterns', async () => {
    const validation = await validate({
      'run.conf': '[{"service": "web", "target": "prd"}, {"service": "db", "instance": "one"}]',
      'services/web/Dockerfile': 'FROM debian AS prod\n',
      'services/web/.dockerignore': 'a\n[\n',
      'services/db/Dockerfile': plain,
    });
    expect(validation.problems.map(({ where, message, suggestion }) => [where, message, suggestion])).to.deep.equal([
      ['run.conf:1:21', 'services/web/Dockerfile has no stage "prd"', 'did you mean "prod"? its stages are prod'],
      [
        'services/web/.dockerignore:2:1',
        '"[" is not a pattern',
        'write a \\ before a [ or a \\ that is part of a name',
      ],
    ]);
  });

  it('refuses two targets of one service', async () => {
    const validation = await validate({
      'run.conf': '[{"service": "web", "target": "a"}, {"service": "web", "instance": "x", "target": "b"}]',
      'services/web/Dockerfile': 'FROM debian AS a\nFROM a AS b\n',
    });
    expect(validation.problems.map(({ message }) => message).join()).to.contain('"target" is "b" here and "a" at');
  });

  it('finds nothing wrong with one that is right, and says what it has looked at', async () => {
    const validation = await validate({
      'run.conf': '[{"service": "web", "instance": "main"}]',
      'services/web/Dockerfile': plain,
    });
    expect(validation.problems).to.deep.equal([]);
    expect(renderValidation(validation, noStyle)).to.equal('valid: project demo, 1 entry, 1 service\n');
  });

  it('tells what is wrong in all files at once, by file, line and column, each with its mend', async () => {
    const validation = await validate({
      'run.conf':
        '[\n' +
        '  {"service": "web", "instnace": "main"},\n' +
        '  {"service": "web", "instance": "b", "sleep": "long", "env_file": "web.env"}\n' +
        ']',
      'web.env': 'A=1\nnonsense\n',
      'host.conf': '{\n  "A": true\n}',
      'services/web/Dockerfile': `${plain}EXPOSE x\n`,
      'services/web/required_env_vars.json': '[5]',
    });
    expect(places(validation)).to.deep.equal([
      'host.conf:2:3',
      'run.conf:2:22',
      'run.conf:3:48',
      'services/web/Dockerfile:2:1',
      'services/web/required_env_vars.json:1:2',
      'web.env:2:1',
    ]);
    expect(renderValidation(validation, noStyle))
      .to.contain('  run.conf:2:22  unknown key "instnace"\n    did you mean "instance"?\n')
      .and.to.match(/\n6 problems\n$/);
    expect(validation.notices.join()).to.contain('once these problems are fixed');
  });

  it('finds wrong links, unknown services and missing variables, also of what does not start by itself', async () => {
    const validation = await validate({
      'run.conf':
        '[\n' +
        '  {"service": "web", "instance": "main", "autostart": false, "links": ["dbx:db"], ' +
        '"env_vars": {"MUST": null}},\n' +
        '  {"service": "wbe"}\n' +
        ']',
      'services/web/Dockerfile': plain,
      'services/db/Dockerfile': plain,
    });
    expect(validation.problems.map(({ message }) => message)).to.deep.equal([
      'the link is to a service "dbx", which this project does not have',
      'web-main needs MUST: run.conf requires a value',
      'there is no service "wbe" in this project',
    ]);
  });

  it('lets instances be interactive that run:all does not start', async () => {
    const files = (more: string): Record<string, string> => ({
      'run.conf':
        `[{"service": "web", "instance": "bench", "interactive": true${more}}, ` +
        `{"service": "web", "instance": "debug"${more}}]`,
      'services/web/Dockerfile': plain,
    });
    expect(places(await validate(files('')))).to.have.length(2);
    for (const key of ['autostart', 'autorun'])
      expect((await validate(files(`, "${key}": false`))).problems, key).to.deep.equal([]);
  });

  it('finds ports of the host that run:all would give to two', async () => {
    const problem = {
      where: 'run.conf:3:55',
      message: 'port 8080/tcp is already published by cache-x (run.conf:2:55)',
      suggestion: 'give one of them a different port or PUBLISH_ON_IP, or "autostart": false',
    };
    expect((await validate(publishing({}, {}))).problems).to.deep.equal([problem]);
    expect(
      places(
        await validate(publishing({ group: 'front', env_vars: { PUBLISH_ON_IP: '127.0.0.2' } }, { group: 'front' })),
      ),
    ).to.deep.equal([problem.where]);
    const several = await validate(
      publishing({ ports: ['8080-8090:80-90', '8085:99'] }, { ports: ['8081:80', '8082:81'] }),
    );
    expect(several.problems.map(({ where, message }) => [where, message.split(' ')[1]])).to.deep.equal([
      ['run.conf:2:55', '8085/tcp'],
      [problem.where, '8081/tcp'],
    ]);
    const ssh = { ports: [], publish_ssh_on: '127.0.0.1:2222' };
    expect((await validate(publishing(ssh, ssh))).problems.map(({ where, message }) => [where, message])).to.deep.equal(
      [['run.conf:3:87', 'port 127.0.0.1:2222/tcp is already published by cache-x (run.conf:2:87)']],
    );
  });

  it('finds nothing wrong with ports that cannot meet', async () => {
    const apart = [
      { autostart: false },
      { autorun: false },
      { group: 'back' },
      { publish_ports: false },
      { ports: ['8080:80/udp'] },
      { ports: ['80'] },
      { ports: ['127.0.0.1::80'] },
      { network_mode: 'host' },
      { ports: ['127.0.0.3:8080:80'] },
      { ports: ['8080:80'], env_vars: { PUBLISH_ON_IP: '127.0.0.3' } },
    ];
    for (const more of apart) {
      expect(
        (
          await validate(publishing({ ports: ['127.0.0.2:8080:80'] }, { ports: ['127.0.0.2:8080:80'], ...more }))
        ).problems.filter(({ message }) => message.includes('published')),
        JSON.stringify(more),
      ).to.deep.equal([]);
    }
    expect((await validate(publishing({ ports: ['80'] }, { ports: ['80'] }))).problems).to.deep.equal([]);
  });

  it('does not guess on which address something publishes that is told when it is run', async () => {
    const files = publishing({ env_vars: { SERVICE_IP: null } }, {});
    expect((await validate(files)).problems.map(({ message }) => message)).to.deep.equal([
      'cache-x needs SERVICE_IP: run.conf requires a value',
    ]);
    expect(places(await validate(files, { SERVICE_IP: '127.0.0.2' }))).to.have.length(1);
  });

  it('misses no variable that the environment gives', async () => {
    const files = {
      'run.conf': '[{"service": "web", "instance": "main", "env_vars": {"MUST": null}}]',
      'services/web/Dockerfile': plain,
    };
    expect(places(await validate(files))).to.have.length(1);
    expect(places(await validate(files, { MUST: 'given' }))).to.deep.equal([]);
  });

  it('looks at Dockerfiles that no entry uses, and places what is wrong with their FROM lines', async () => {
    const validation = await validate({
      'run.conf': '[]',
      'services/a/Dockerfile': `# a\nFROM demo/gone\n`,
      'services/b/Dockerfile': 'FROM demo/c\n',
      'services/c/Dockerfile': 'FROM demo/b\n',
    });
    expect(places(validation)).to.deep.equal(['services/a/Dockerfile:2:1', 'services/b/Dockerfile:1:1']);
    expect(validation.problems[1]?.message).to.equal(
      'images are built on each other: demo/b:latest -> demo/c:latest -> demo/b:latest',
    );
  });

  it('tells a problem once that several instances have', async () => {
    const validation = await validate({
      'run.conf': '[{"service": "web", "instance": "a"}, {"service": "web", "instance": "b"}]',
      'services/web/Dockerfile': `${plain}EXPOSE x\n`,
    });
    expect(places(validation)).to.deep.equal(['services/web/Dockerfile:2:1']);
  });
});
