import type { Typing } from './on-terminal.ts';
import { testImage } from './real-engine.ts';

/**
 * What is done in a situation: a command is typed, which ends with a code, files are written (an empty text removes
 * one, or a folder), a folder is copied beside the project, or a line of a shell is run in the project.
 */
export type Act =
  | { readonly words: readonly string[]; readonly code?: number }
  | { readonly files: Readonly<Record<string, string>> }
  | { readonly copy: string }
  | { readonly shell: string };

/** A command that a message suggests, and what shows that it leads on. */
export interface Suggested {
  /** As in suggestionPlaces. */
  readonly place: string;
  /**
   * As it is printed after `dockerops `, with PROJECT for the name of the project; in words to be replaced, such as
   * SERVICE, the test puts what `fills` says.
   */
  readonly command: string;
  readonly fills?: Readonly<Record<string, string>>;
  /** What a user has to do before, as the message says. */
  readonly first?: readonly Act[];
  /** Exit code; 0 if absent. */
  readonly code?: number;
  /** A command that works afterwards; absent: the first one, for a suggestion that changes something. */
  readonly then?: readonly string[] | 'nothing';
}

export interface Situation {
  readonly title: string;
  /** In a project in which web-one and db-one sleep, nothing of which was started. */
  readonly before?: readonly Act[];
  /** The command whose output has the suggestions. */
  readonly words: readonly string[];
  /** Folder beside the project in which it is typed. */
  readonly in?: string;
  /** Folder in which suggestions are followed; absent: the project. */
  readonly follow?: string;
  /** For every command; PLACE is the folder around the project. */
  readonly environment?: Readonly<Record<string, string>>;
  /** It is typed on a terminal, with these answers. */
  readonly terminal?: readonly Typing[];
  /** In place of the engine: a server that never answers, or that has pages. */
  readonly engine?: 'silent' | 'pages';
  readonly suggests: readonly Suggested[];
}

const sleeping = `FROM ${testImage}\nCMD ["sleep", "600"]\n`;
const failing = `FROM ${testImage}\nCMD ["sh", "-c", "echo broken; exit 1"]\n`;
export const entry = (service: string, more: object = {}): object => ({
  service,
  instance: 'one',
  stop_grace_period: '0s',
  ...more,
});
export const conf = (...entries: readonly object[]): Readonly<Record<string, string>> => ({
  'run.conf': JSON.stringify(entries),
});

export const baseFiles: Readonly<Record<string, string>> = {
  'services/web/Dockerfile': sleeping,
  'services/db/Dockerfile': sleeping,
  ...conf(entry('web'), entry('db')),
};

const runAll = { words: ['run:all'] } as const;
const web = 'web,instance=one';
const looks = { then: 'nothing' } as const;
const noData: Act = { shell: 'rm -r data_*/web_one' };
const changed = { files: { 'services/web/Dockerfile': `${sleeping}ENV A=1\n` } } as const;

export const situations: readonly Situation[] = [
  {
    title: 'an instance was stopped',
    before: [runAll, { words: ['stop:all'] }],
    words: ['run:web,instance=one'],
    suggests: [
      { place: 'plan/run/verdicts.ts start', command: `start:${web}` },
      { place: 'plan/run/verdicts.ts run', command: `run:${web},replace=True` },
      { place: 'plan/run/verdicts.ts clean', command: `clean:${web}` },
    ],
  },
  {
    title: 'run.conf has changed',
    before: [runAll, { files: conf(entry('web', { env_vars: { A: 1 } }), entry('db')) }],
    words: ['run:all'],
    suggests: [{ place: 'cli/render/change-text.ts run', command: `run:${web},replace=True` }],
  },
  {
    title: 'an instance left run.conf',
    before: [runAll, { files: conf(entry('db')) }],
    words: ['run:all'],
    suggests: [{ place: 'cli/render/change-text.ts clean', command: `clean:${web}` }],
  },
  {
    title: 'an instance left run.conf, and another one is replaced',
    before: [{ files: conf(entry('web'), entry('web', { instance: 'old' })) }, runAll, { files: conf(entry('web')) }],
    words: ['rerun:web'],
    suggests: [
      { place: 'project/resolve/select/select-there.ts clean', command: 'clean:web,instance=old' },
      { place: 'project/resolve/select/select-there.ts rerun', command: 'rerun:web,instance=old', then: ['ps'] },
    ],
  },
  {
    title: 'the only instance of a service left run.conf',
    before: [runAll, { files: conf(entry('web', { instance: 'new' }), entry('db')) }],
    words: ['rerun:web'],
    suggests: [
      { place: 'project/resolve/select/run-commands.ts run', command: 'run:web,instance=new' },
      { place: 'project/resolve/select/select-service.ts clean', command: `clean:${web}`, then: 'nothing' },
    ],
  },
  {
    title: 'the folder of a service that runs is gone',
    before: [runAll, { files: { 'services/web': '' } }],
    words: ['rerun:web'],
    suggests: [{ place: 'project/services.ts clean', command: 'clean:web', then: ['ps'] }],
  },
  {
    title: 'an instance that is kept has an old image',
    before: [runAll, changed],
    words: ['run:all'],
    suggests: [{ place: 'cli/render/change-text.ts run', command: `run:${web},build=True,replace=True` }],
  },
  {
    title: 'an instance gets an old image',
    before: [runAll, changed],
    words: ['rerun:web'],
    suggests: [{ place: 'plan/run/verdicts.ts run', command: `run:${web},build=True,replace=True` }],
  },
  {
    title: 'an instance ends at once',
    before: [{ files: { 'services/web/Dockerfile': failing } }],
    words: ['run:web,instance=one'],
    suggests: [
      { place: 'observe/failure.ts logs', command: `logs:${web}`, ...looks },
      {
        place: 'observe/failure.ts run',
        command: `run:${web},build=True,replace=True`,
        first: [{ files: { 'services/web/Dockerfile': sleeping } }],
      },
      {
        place: 'observe/failure.ts rerun',
        command: `rerun:${web}`,
        first: [{ files: conf(entry('web', { seed_command: 'sleep 600' }), entry('db')) }],
      },
    ],
  },
  {
    title: 'a command needs an instance that runs',
    words: ['exec:web,command=true'],
    suggests: [
      { place: 'project/resolve/select/run-commands.ts run', command: `run:${web}` },
      { place: 'use-cases/inspect/find-instance.ts ps', command: 'ps:all', ...looks },
    ],
  },
  {
    title: 'there is nothing to read logs of',
    words: ['logs:web'],
    suggests: [
      { place: 'project/resolve/select/run-commands.ts run', command: `run:${web}` },
      { place: 'use-cases/inspect/read-logs.ts ps', command: 'ps:all', ...looks },
    ],
  },
  {
    title: 'there is nothing to start',
    words: ['start:web,instance=one'],
    suggests: [
      { place: 'project/resolve/select/run-commands.ts run', command: `run:${web}` },
      { place: 'use-cases/start-instances.ts ps', command: 'ps:all', ...looks },
    ],
  },
  {
    title: 'a command needs an instance that was stopped',
    before: [runAll, { words: ['stop:web'] }],
    words: ['exec:web,command=true'],
    suggests: [{ place: 'use-cases/inspect/find-instance.ts start', command: `start:${web}` }],
  },
  {
    title: 'nothing of the project is there',
    words: ['start:all'],
    suggests: [{ place: 'use-cases/start-instances.ts run', command: 'run:all' }],
  },
  {
    title: 'nothing of the project has logs',
    words: ['logs:all'],
    suggests: [{ place: 'use-cases/inspect/read-logs.ts run', command: 'run:all' }],
  },
  {
    title: 'there is no instance to replace',
    words: ['rerun:web'],
    suggests: [{ place: 'project/resolve/select/run-commands.ts run', command: `run:${web}` }],
  },
  {
    title: 'a pattern matches nothing',
    words: ['stop:x*'],
    suggests: [{ place: 'project/services.ts ps', command: 'ps:all', ...looks }],
  },
  {
    title: 'a port is in use',
    before: [
      { words: ['run:db,instance=one'] },
      { files: conf(entry('db', { ports: ['18471:80'], publish_ports: true }), entry('web')) },
      { words: ['rerun:db'] },
      {
        files: conf(
          entry('db', { ports: ['18471:80'], publish_ports: true }),
          entry('web', { ports: ['18471:80'], publish_ports: true }),
        ),
      },
    ],
    words: ['run:web,instance=one'],
    suggests: [
      {
        place: 'plan/instance/ports.ts run',
        command: `run:${web},publish_ports=False`,
        then: ['exec:web,command=true'],
      },
    ],
  },
  {
    title: 'the project runs from another directory',
    before: [runAll, { copy: 'copy' }],
    in: 'copy',
    words: ['run:all'],
    suggests: [{ place: 'plan/instance/same-directory.ts clean', command: 'clean:all', fills: { all: 'all,force' } }],
  },
  {
    title: '--new without a service',
    words: ['run:all,new'],
    suggests: [
      {
        place: 'cli/arguments/instance-request.ts …',
        command: 'run:SERVICE,new',
        fills: { SERVICE: 'web' },
        then: ['exec:web,command=true'],
      },
    ],
  },
  {
    title: 'an instance without a service',
    words: ['run', 'all', '--instance', 'one'],
    suggests: [
      {
        place: 'cli/arguments/instance-request.ts …',
        command: 'run:SERVICE,instance=one',
        fills: { SERVICE: 'web' },
        then: ['exec:web,command=true'],
      },
    ],
  },
  {
    title: 'an option before the command',
    words: ['--instance', 'one', 'run', 'web'],
    suggests: [{ place: 'cli/arguments/leading-options.ts …', command: 'run web --instance one', then: ['ps'] }],
  },
  {
    title: 'a command that there is not',
    words: ['bild:web'],
    suggests: [
      { place: 'cli/arguments/find-command.ts …', command: 'build', fills: { build: 'build:all' }, then: ['ps'] },
    ],
  },
  {
    title: 'everything on the host, and one instance of it',
    words: ['clean', 'reallyall', '--group', 'x'],
    suggests: [{ place: 'commands/clean.ts clean', command: 'clean:group=x', code: 2, ...looks }],
  },
  {
    title: 'there is no run.conf, but another conf',
    before: [{ files: { 'run.conf': '', 'other.conf': JSON.stringify([entry('web')]) } }],
    words: ['run:all'],
    suggests: [{ place: 'project/conf/load-run-conf.ts run', command: 'run:all,conf=other', then: ['ps'] }],
  },
  {
    title: 'a directory without a project',
    before: [{ copy: 'empty' }],
    in: 'empty',
    words: ['ps'],
    suggests: [{ place: 'project/find-project.ts install_demo', command: 'install_demo', then: 'nothing' }],
  },
  {
    title: 'the demo is there already',
    before: [{ words: ['install_demo'] }],
    words: ['install_demo'],
    suggests: [
      {
        place: 'use-cases/copy-project.ts …',
        command: 'install_demo:DIRECTORY',
        fills: { DIRECTORY: 'another' },
        then: 'nothing',
      },
    ],
  },
  {
    title: 'a compose file that there is not',
    before: [{ files: { 'docker-compose.yml': 'services: {app: {image: x}}\n', 'run.conf': '' } }],
    words: ['import:none.yml'],
    suggests: [{ place: 'use-cases/import-project.ts import', command: 'import:docker-compose.yml', then: 'nothing' }],
  },
  {
    title: 'a service is built on a base image of DockerOps',
    before: [{ files: { 'services/web/Dockerfile': 'FROM dockerops/dockerops-base-ubuntu14.04\n' } }],
    words: ['validate'],
    suggests: [{ place: 'project/dockerfile/dockerfile.ts import', command: 'import .', then: ['validate'] }],
  },
  {
    title: 'a directory to import has nothing of DockerOps',
    words: ['import', '.'],
    suggests: [
      { place: 'use-cases/import-former.ts validate', command: 'validate', ...looks },
      { place: 'use-cases/import-former.ts import', command: 'import:compose.yaml', code: 2, then: 'nothing' },
    ],
  },
  {
    title: 'a compose file was imported',
    before: [{ files: { 'compose.yml': `services: {app: {image: "${testImage}"}}\n`, 'run.conf': '' } }],
    words: ['import:compose.yml'],
    suggests: [
      { place: 'cli/render/import-text.ts validate', command: 'validate', ...looks },
      { place: 'cli/render/import-text.ts plan', command: 'plan', ...looks },
    ],
  },
  {
    title: 'files have mistakes, and something is looked at',
    before: [{ files: { 'run.conf': '[{"service": "web",, }]' } }],
    words: ['ps'],
    suggests: [{ place: 'cli/render/problems-line.ts validate', command: 'validate', code: 2, ...looks }],
  },
  {
    title: 'an instance cannot be compared with run.conf',
    before: [runAll, { files: conf(entry('web', { depends_on: ['nobody'] }), entry('db')) }],
    words: ['ps'],
    suggests: [{ place: 'use-cases/inspect/drift.ts validate', command: 'validate', code: 2, ...looks }],
  },
  {
    title: 'exec without a command',
    before: [runAll],
    words: ['exec', 'web'],
    suggests: [
      { place: 'commands/exec.ts exec', command: 'exec web -- COMMAND', fills: { COMMAND: 'true' }, ...looks },
    ],
  },
  {
    title: 'once without a command',
    words: ['once', 'web'],
    suggests: [
      { place: 'commands/once.ts once', command: 'once web -- COMMAND', fills: { COMMAND: 'true' }, ...looks },
    ],
  },
  {
    title: 'an image without an ssh server',
    before: [runAll],
    words: ['ssh:web'],
    suggests: [{ place: 'use-cases/sessions/ssh-login.ts shell', command: `shell:${web}`, ...looks }],
  },
  {
    title: 'a backup that there is not',
    before: [{ files: conf(entry('web', { persistent_data: true })) }, { words: ['run', 'all', '--yes'] }],
    words: ['restore:web,instance=one,file=none.tar.gz'],
    suggests: [{ place: 'use-cases/data/restore-data.ts backup', command: `backup:${web}`, then: 'nothing' }],
  },
  {
    title: 'a file that is no backup',
    before: [
      { files: conf(entry('web', { persistent_data: true })) },
      { words: ['run', 'all', '--yes'] },
      { shell: 'tar -czf bad.tar.gz run.conf' },
    ],
    words: ['restore:web,instance=one,file=bad.tar.gz'],
    suggests: [
      {
        place: 'apply/data/check-backup.ts backup',
        command: 'backup SERVICE --instance NAME',
        fills: { SERVICE: 'web', NAME: 'one' },
        then: 'nothing',
      },
    ],
  },
  {
    title: 'an instance has no data where they are looked for',
    before: [{ files: conf(entry('web', { persistent_data: true })) }, { words: ['run', 'all', '--yes'] }, noData],
    words: ['backup:web,instance=one'],
    suggests: [{ place: 'apply/data/save-data.ts plan', command: 'plan --verbose', ...looks }],
  },
  {
    title: 'another project runs with the same data directory',
    before: [
      { files: conf(entry('web', { persistent_data: true })) },
      { words: ['run', 'all', '--yes'] },
      { copy: 'copy' },
    ],
    in: 'copy',
    words: ['run:web,instance=one', '--yes', '--project', 'dops-test-other'],
    environment: { DATA_DIR: 'PLACE/data' },
    suggests: [
      {
        place: 'plan/instance/data-use.ts stop',
        command: 'stop:web,instance=one --project PROJECT',
        then: ['ps'],
      },
    ],
  },
  {
    title: 'an instance that never started',
    before: [{ files: conf(entry('web', { seed_command: '/nowhere' })) }, { words: [`run:${web}`], code: 1 }],
    words: [`start:${web}`],
    suggests: [
      {
        place: 'plan/plan-start.ts run',
        command: `run:${web},replace=True`,
        first: [{ files: conf(entry('web')) }],
      },
      { place: 'plan/plan-start.ts clean', command: `clean:${web}`, then: ['ps'] },
    ],
  },
  {
    title: 'a switch in place of a service',
    words: ['run:linked'],
    suggests: [{ place: 'cli/arguments/suggest-switch.ts …', command: 'run:linked=True', then: ['ps'] }],
  },
  {
    title: 'an interactive instance whose program has ended',
    before: [{ files: conf(entry('web', { interactive: true, seed_command: 'sh' })) }, { words: ['build:all'] }],
    words: [`run:${web}`],
    terminal: [{ after: /# /, text: 'exit 3\r' }],
    suggests: [
      { place: 'cli/render/session-text.ts rerun', command: `rerun:${web}`, then: ['exec:web,command=true'] },
      { place: 'cli/render/session-text.ts clean', command: `clean:${web}`, then: ['ps'] },
    ],
  },
  {
    title: 'an interactive instance that was left',
    before: [{ files: conf(entry('web', { interactive: true, seed_command: 'sh' })) }, { words: ['build:all'] }],
    words: [`run:${web}`],
    terminal: [{ after: /# /, text: '\u0010\u0011' }],
    suggests: [{ place: 'cli/render/session-text.ts shell', command: `shell:${web}`, ...looks }],
  },
  {
    title: 'an engine that does not answer',
    words: ['ps'],
    engine: 'silent',
    suggests: [{ place: 'engine/connection/alive.ts doctor', command: 'doctor', code: 1, ...looks }],
  },
  {
    title: 'something else than an engine answers',
    words: ['ps'],
    engine: 'pages',
    suggests: [{ place: 'engine/engine-errors.ts doctor', command: 'doctor', code: 1, ...looks }],
  },
  {
    title: 'a job without a command',
    words: ['jobs', 'run', 'busybox'],
    suggests: [
      {
        place: 'commands/jobs/run.ts jobs',
        command: 'jobs run busybox -- COMMAND',
        fills: { COMMAND: 'true' },
        code: 1,
        ...looks,
      },
    ],
  },
  {
    title: 'a completion script',
    words: ['completion:bash'],
    suggests: [{ place: 'cli/render/completion-script.ts completion', command: 'completion bash', ...looks }],
  },
  {
    title: 'one service for a lock',
    words: ['build:web', '--lock'],
    suggests: [{ place: 'commands/build.ts build', command: 'build all --lock', then: 'nothing' }],
  },
  {
    title: 'a lock where no file can be written',
    words: ['build', '--lock=/proc/dockerops.lock'],
    suggests: [
      {
        place: 'apply/write-lock.ts build',
        command: 'build --lock=FILE',
        fills: { FILE: 'my.lock' },
        then: 'nothing',
      },
    ],
  },
  {
    title: 'a rollback of an instance that there is not',
    words: ['rollback:web,instance=two'],
    suggests: [{ place: 'use-cases/roll-back.ts ps', command: 'ps:all', ...looks }],
  },
  {
    title: 'a rollback without an instance',
    before: [{ words: ['run:all'] }, changed, { words: ['up'] }],
    words: ['plan:web', '--rollback'],
    suggests: [
      {
        place: 'use-cases/rollback-request.ts rollback',
        command: 'rollback:SERVICE,instance=NAME',
        fills: { SERVICE: 'web', NAME: 'one' },
        ...looks,
      },
    ],
  },
  {
    title: 'a rollback of an instance by the version of a server',
    before: [{ words: ['run:all'] }, changed, { words: ['up'] }],
    words: ['rollback', 'web', '3', '--instance', 'one'],
    suggests: [{ place: 'commands/rollback.ts rollback', command: 'rollback:web,instance=one', ...looks }],
  },
  {
    title: 'images and an instance are to be removed',
    words: ['clean:web,instance=one', '--images'],
    suggests: [{ place: 'commands/clean.ts clean', command: 'clean all --images', ...looks }],
  },
  {
    title: 'a plan that there is not',
    words: ['apply', 'p.json'],
    suggests: [
      {
        place: 'use-cases/written-plan/plan-file.ts plan',
        command: 'plan --out FILE',
        fills: { FILE: 'p.json' },
        then: ['apply', 'p.json'],
      },
    ],
  },
  {
    title: 'a lock that there is not',
    words: ['run:all', '--locked'],
    suggests: [{ place: 'project/conf/lock-file.ts build', command: 'build all --lock' }],
  },
  {
    title: 'images are to be built and to be those of the lock',
    words: ['run:all', '--locked', '--build'],
    suggests: [{ place: 'cli/arguments/common-flags.ts build', command: 'build all --lock', then: 'nothing' }],
  },
  {
    title: 'a lock that cannot be read',
    before: [{ files: { 'dockerops.lock': '{' } }],
    words: ['run:all', '--locked'],
    suggests: [{ place: 'project/conf/lock-file.ts build', command: 'build all --lock' }],
  },
  {
    title: 'a lock without the image of a service',
    before: [{ files: { 'dockerops.lock': '{"lock":1,"images":{}}' } }],
    words: ['run:all', '--locked'],
    suggests: [{ place: 'plan/images/pinned.ts build', command: 'build all --lock' }],
  },
  {
    title: 'an image to send that is not here',
    before: [{ files: { 'hosts.conf': '{"oak": {"engine": "ssh://oak", "address": "10.0.0.5"}}' } }],
    words: ['ship:oak,service=web'],
    suggests: [{ place: 'use-cases/hosts/images-to-ship.ts build', command: 'build:web', then: 'nothing' }],
  },
  {
    title: 'an image of the lock to send that is not here',
    before: [
      { files: { 'hosts.conf': '{"oak": {"engine": "ssh://oak", "address": "10.0.0.5"}}' } },
      { words: ['build:all', '--lock'] },
      { shell: 'sed -i \'s/"content": "sha256:..../"content": "sha256:0000/\' dockerops.lock' },
    ],
    words: ['ship:oak,service=web'],
    suggests: [{ place: 'use-cases/hosts/images-to-ship.ts build', command: 'build all --lock', then: 'nothing' }],
  },
];

/** Places whose suggestions are not followed here, with where they are or why they cannot be. */
export const notFollowed: Readonly<Record<string, string>> = {
  'plan/ship/plan-ship.ts build': 'a host of another architecture: test/unit/plan/ship/plan-ship.spec.ts',
  'apply/lock.ts clean': 'a disk has to be full: test/e2e/full-output.spec.ts',
  'apply/networks.ts clean': 'the engine has to be restarted',
  'apply/probe-host.ts init': 'an image without programs',
  'apply/run-script.ts init': 'an image without programs',
  'cli/render/error-text.ts version': 'needs a bug',
  'commands/install_demo.ts build': 'the quickstart: test/e2e/demo.spec.ts',
  'commands/install_demo.ts clean': 'the quickstart: test/e2e/demo.spec.ts',
  'commands/install_demo.ts plan': 'the quickstart: test/e2e/demo.spec.ts',
  'commands/install_demo.ts ps': 'the quickstart: test/e2e/demo.spec.ts',
  'commands/install_demo.ts run': 'the quickstart: test/e2e/demo.spec.ts',
  'commands/install_demo.ts ssh': 'the quickstart: test/e2e/demo.spec.ts',
  'daemons/operator/settings.ts operator': 'needs a Consul: test/e2e/operator.spec.ts',
  'directories/consul/keep-lock.ts …': 'the name of a session',
  'directories/dns.ts dns': 'needs a DNS: test/e2e/dns-faults.spec.ts',
  'directories/dns.ts up': 'needs a DNS of an earlier version',
  'directories/dns.ts run': 'needs a DNS: test/e2e/dns-faults.spec.ts',
  'plan/run/dns-keys.ts rerun': 'needs a DNS of an earlier version',
  'project/compose/convert-service.ts shell': 'a remark about one key of a compose file',
  'project/compose/import-compose.ts import': 'a comment in a file',
  'server/deploy/advance.ts ship': 'a node has to lack an image: test/e2e/units-swarm.spec.ts',
  'server/client/jobs-client.ts jobs': 'needs a server: test/e2e/serve.spec.ts',
  'plan/images/pinned.ts ship': 'a host has to be there: test/e2e/ship.spec.ts',
  'apply/write-lock.ts init': 'base images of an earlier version have to be there',
  'build/base-images/archive-suites.ts build': 'the package archive has to change',
  'use-cases/locked-archive.ts build': 'takes minutes: making base images anew',
  'use-cases/locked-archive.ts init': 'takes minutes: making base images anew',
  'use-cases/written-plan/apply-plan-file.ts …': 'no suggestion: the version of a plan',
  'use-cases/written-plan/apply-plan-file.ts plan': 'a plan has to be out of date: test/e2e/plan-file.spec.ts',
  'use-cases/roll-back.ts rollback': 'the content of an image is not known before: test/e2e/rollback.spec.ts',
  'commands/rollback.ts services': 'needs a server: test/e2e/services.spec.ts',
  'commands/services/create.ts deploy': 'needs a server: test/e2e/services.spec.ts',
  'commands/services/set.ts deploy': 'needs a server: test/e2e/services.spec.ts',
  'commands/services/set.ts services': 'needs a server: test/e2e/services.spec.ts',
  'server/client/follow-deployment.ts units': 'needs a server that runs units: test/e2e/units.spec.ts',
  'server/client/server-client.ts serve': 'a server runs until it is stopped',
  'server/http/docs-page.ts serve': 'a title',
  'server/http/openapi.ts serve': 'a title',
  'server/settings.ts serve': 'shown for a required setting, and none is',
  'use-cases/apply-plan.ts ps': 'an engine that is changed all the time',
  'use-cases/doctor/image-checks.ts init': 'an engine without base images: test/e2e/doctor.spec.ts',
  'use-cases/doctor/machine-checks.ts ssh': 'a machine without ssh',
  'use-cases/file-watch.ts watch': 'more folders than the kernel watches',
};
