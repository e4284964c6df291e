import { expect } from 'chai';
import { randomInt } from 'node:crypto';
import { docker } from '../support/docker.ts';
import type { CliResult } from '../support/cli.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { Playground } from '../support/playground.ts';

/** A container as the engine describes it. */
interface Container {
  readonly Config: {
    readonly Tty: boolean;
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: { readonly PortBindings: Readonly<Record<string, unknown>> };
  readonly Mounts: readonly { readonly Destination: string }[];
}

/** Commands of DockerOps in the old dialect and in the new one, with the containers that they make. */
interface Example {
  readonly old: string;
  readonly words: string;
  readonly instance: string;
  readonly type: string;
  readonly ports: readonly string[];
  readonly kept: readonly string[];
}

const exposed = ['5432/tcp', '5433/udp'];
const examples: readonly Example[] = [
  {
    old: 'run:postgres,instance=one',
    words: 'run postgres --instance one',
    instance: 'one',
    type: 'standard',
    ports: [],
    kept: [],
  },
  {
    old: 'run:postgres,instance=master,instance_type=standard',
    words: 'run postgres --instance master --instance-type standard',
    instance: 'master',
    type: 'standard',
    ports: [],
    kept: [],
  },
  {
    old: 'run:postgres,instance=published',
    words: 'run postgres --instance published',
    instance: 'published',
    type: 'published',
    ports: exposed,
    kept: [],
  },
  {
    old: 'run:postgres,instance=one,instance_type=published',
    words: 'run postgres --instance one --instance-type published',
    instance: 'one',
    type: 'published',
    ports: exposed,
    kept: [],
  },
  {
    old: 'run:postgres,instance=master',
    words: 'run postgres --instance master',
    instance: 'master',
    type: 'master',
    ports: exposed,
    kept: ['/data', '/var/log'],
  },
  {
    old: 'run:postgres,instance=one,instance_type=master',
    words: 'run postgres --instance one --instance-type master',
    instance: 'one',
    type: 'master',
    ports: exposed,
    kept: ['/data', '/var/log'],
  },
  {
    old: 'run:postgres,instance=master,safemode=True',
    words: 'run postgres --instance master --safemode',
    instance: 'master',
    type: 'master',
    ports: exposed,
    kept: ['/data', '/var/log'],
  },
  {
    old:
      'run:postgres,instance=all,instance_type=standard,persistent_data=True,persistent_opt=True,' +
      'persistent_log=True,publish_ports=True,linked=False,seed_command=supervisord ' +
      '-n,safemode=True,interactive=False,conf=run.conf',
    words:
      'run postgres --instance all --instance-type standard --persistent-data --persistent-opt --persistent-log ' +
      '--publish-ports --no-linked --safemode --no-interactive --conf run --seed-command',
    instance: 'all',
    type: 'standard',
    ports: exposed,
    kept: ['/data', '/opt', '/var/log'],
  },
];

describe('the commands that users of DockerOps know', function () {
  this.timeout(240_000);
  const playground = new Playground('known');
  // An address of its own, so that the ports are free.
  const environment = { SERVICE_IP: `127.83.${String(randomInt(1, 255))}.${String(randomInt(1, 255))}` };
  const run = async (...words: string[]): Promise<CliResult> => {
    const result = await playground.run([...words], { environment });
    expect(result.code, `${words.join(' ')}\n${result.stderr}`).to.equal(0);
    return result;
  };
  const inspect = async (key: string): Promise<Container> =>
    (JSON.parse(await docker('inspect', `${playground.project}-${key}`)) as [Container])[0];
  const running = async (): Promise<readonly string[]> =>
    Object.keys(await playground.containerIds()).map((name) => name.slice(playground.project.length + 1));

  before(async () => {
    await playground.open();
    await playground.write({
      'services/postgres/Dockerfile': `FROM dockerops/dockerops-base
COPY supervisord_postgres.conf /etc/supervisor/conf.d/
COPY entrypoint-postgres.sh /entrypoints/
RUN chmod 755 /entrypoints/entrypoint-postgres.sh
RUN mv /entrypoints/entrypoint-postgres.sh /entrypoints/entrypoint-postgres-$(date +%s).sh
EXPOSE 5432
#UDPEXPOSE 5433
`,
      'services/postgres/supervisord_postgres.conf':
        '[program:postgres]\n' +
        'process_name = %(program_name)s\n' +
        'command      = sleep 100000\n' +
        'autostart    = true\n' +
        'autorestart  = true\n' +
        'startsecs    = 1\n',
      'services/postgres/entrypoint-postgres.sh': '#!/bin/bash\necho "$SERVICE $INSTANCE $INSTANCE_TYPE" > /prepared\n',
      'services/demo/Dockerfile': 'FROM dockerops/dockerops-base\n',
      'run.conf': '[]',
      'run_dns.conf': `[
 {
  "service": "dockerops-dns",
  "instance": "main",
  "sleep": 0,
  "links": [],
  "env_vars": {"SOME_IP":"from_lo" }
  },
 {
  "service": "dockerops-base",
  "instance": "one",
  "group": "few",
  "links": ["dockerops-dns-main:dns"],
  },
 {
  "service": "demo",
  "instance": "one",
  "links": [
             {
               "name": "BASE",
               "service": "dockerops-base",
               "instance": null
              }
            ]
  }
 ]
`,
    });
  });
  after(() => playground.close());

  it('build, then run, log in and clean without a name for the instance', async () => {
    await run('build:postgres');
    await run('run:postgres');
    expect((await running())[0]).to.match(/^postgres-[0-9a-f]{8}$/);
    expect((await run('ssh:postgres,command=cat /prepared')).stdout).to.match(/^postgres [0-9a-f]{8} standard\n$/);
    await run('clean:postgres');
    expect(await running()).to.deep.equal([]);
  });

  for (const { old, words, instance, type, ports, kept } of examples) {
    it(old.split(',seed')[0] ?? old, async () => {
      await run(old, '--yes');
      const { Config, HostConfig, Mounts } = await inspect(`postgres-${instance}`);
      expect(Config.Labels['dockerops.instance_type']).to.equal(type);
      expect(Object.keys(HostConfig.PortBindings).sort()).to.deep.equal(ports);
      expect(Mounts.map(({ Destination }) => Destination).sort()).to.deep.equal(kept);
      // The same in the other dialect is the same instance.
      const seed = words.endsWith('--seed-command') ? ['supervisord -n'] : [];
      expect((await run(...words.split(' '), ...seed)).stdout).to.equal('1 kept\n');
      await run('clean', 'postgres', '--instance', instance);
    });
  }

  it('LOG_LEVEL=DEBUG run:postgres,instance=master, in any case of the word', async () => {
    const result = await playground.run(['run:postgres,instance=master', '--yes'], {
      environment: { ...environment, LOG_LEVEL: 'DEBUG' },
    });
    expect(result.code, result.stderr).to.equal(0);
    await run('clean:postgres,instance=master');
  });

  it('interactive gives a shell as root, where the entrypoints and supervisord can be started by hand', async () => {
    const prompt = /root@postgres-one:.*# /;
    const { shown } = await onTerminal(
      ['run:postgres,instance=one,safemode=True,interactive=True,linked=False,yes'],
      playground.directory,
      { ...playground.environment, ...environment },
      [
        { after: prompt, text: 'ls /prepared\r' },
        { after: /cannot access/, text: 'sudo /allentrypoints.sh; cat /prepared\r' },
        {
          after: /postgres one standard/,
          text:
            'supervisord -n & timeout 30 sh -c "until supervisorctl status postgres | grep -q RUNNING; ' +
            'do sleep 0.2; done"; supervisorctl status; exit 7\r',
        },
      ],
    );
    expect(shown).to.match(/postgres +RUNNING/);
    expect(shown).to.contain('exited with status 7');
    const { Config } = await inspect('postgres-one');
    expect(Config.Tty).to.equal(true);
    expect(Config.Env).to.include('SAFEMODE=True');
    await run('clean:postgres,instance=one');
  });

  it('interactive alone runs the entrypoints first', async () => {
    const { shown } = await onTerminal(
      ['run', 'postgres', '--instance', 'one', '--interactive', '--yes'],
      playground.directory,
      { ...playground.environment, ...environment },
      [{ after: /root@postgres-one:.*# /, text: 'cat /prepared; exit\r' }],
    );
    expect(shown).to.contain('postgres one standard');
    await run('clean:postgres,instance=one');
  });

  it('another conf with a DNS, both forms of links and an address of the host: run, ps, ping, clean', async () => {
    const { SERVICE_IP: _, ...none } = environment;
    const inProject = async (...words: string[]): Promise<CliResult> => {
      const result = await playground.run(words, { environment: none });
      expect(result.code, `${words.join(' ')}\n${result.stderr}`).to.equal(0);
      return result;
    };
    await inProject('run:all,conf=run_dns.conf');
    expect(await running()).to.deep.equal(['demo-one', 'dockerops-base-one', 'dockerops-dns-main']);
    expect((await inProject('ps')).stdout)
      .to.match(/demo +one +standard/)
      .and.to.match(/dockerops-dns +main +standard/);
    expect((await inProject('ssh:demo,instance=one,command=ping -c 1 -W 3 dockerops-base-one')).stdout).to.contain(
      '1 received',
    );
    expect(
      (
        await inProject(
          'ssh',
          'demo',
          '--instance',
          'one',
          '--command',
          'getent hosts dns.local.zone. && env | grep BASE_SERVICE_IP',
        )
      ).stdout,
    ).to.match(/^10\.\S+ +dns\.local\.zone\nBASE_SERVICE_IP=10\./);
    const { Config } = await inspect('dockerops-dns-main');
    expect(Config.Env).to.include('SOME_IP=127.0.0.1');
    await inProject('clean:group=few,force');
    expect((await inProject('run', '--group', 'few')).stdout).to.equal('1 created\n');
    await inProject('clean', 'all', '--force');
    expect(await running()).to.deep.equal([]);
  });
});
