import { type Act, conf, entry, type Situation } from './suggestions.ts';

const onBase = { files: { 'services/web/Dockerfile': 'FROM dockerops/dockerops-base\n' } } as const;
const web = 'web,instance=one';
const runWeb: readonly Act[] = [onBase, { words: [`run:${web}`] }];
const withDns: Act = { files: conf(entry('dockerops-dns'), entry('web')) };
const runDns: readonly Act[] = [withDns, { words: ['run:dockerops-dns,instance=one'] }];
const withoutKeys: Act = { files: { '.dockerops/keys': '' } };
const looks = { then: 'nothing' } as const;
const exported: Act = { words: ['keys', 'export', '--output', 'shop.keys'] };

/** Situations with instances that have sshd, keys or a DNS. */
export const baseImageSituations: readonly Situation[] = [
  {
    title: 'a new project',
    words: ['new:app'],
    follow: 'project/app',
    suggests: [
      { place: 'commands/new.ts up', command: 'up', then: ['ps'] },
      { place: 'commands/new.ts ps', command: 'ps', ...looks },
      { place: 'commands/new.ts logs', command: 'logs:app', first: [{ words: ['up'] }], ...looks },
    ],
  },
  {
    title: 'keys would be shown on a terminal',
    before: runWeb,
    words: ['keys', 'export'],
    terminal: [],
    suggests: [
      {
        place: 'cli/key-export-command.ts …',
        command: 'keys export --output FILE',
        fills: { FILE: 'shop.keys' },
        ...looks,
      },
    ],
  },
  {
    title: 'there are no keys yet',
    before: [onBase],
    words: ['keys', 'export'],
    suggests: [{ place: 'use-cases/keys/project-keys-file.ts run', command: 'run:all' }],
  },
  {
    title: 'there is no key of a DNS yet',
    before: [withDns],
    words: ['dns', 'export-key'],
    suggests: [{ place: 'project/keys/key-store.ts run', command: 'run:all' }],
  },
  {
    title: 'something else than keys is imported',
    before: [{ files: { 'bad.keys': '{}' } }],
    words: ['keys', 'import', 'bad.keys'],
    suggests: [
      {
        place: 'use-cases/keys/project-keys-file.ts keys',
        command: 'keys export --output FILE',
        fills: { FILE: 'good.keys' },
        first: runWeb,
        then: ['keys', 'import', 'good.keys'],
      },
    ],
  },
  {
    title: 'something else than the key of a DNS is imported',
    before: [{ files: { 'bad.key': 'x' } }],
    words: ['dns', 'import-key', 'bad.key'],
    suggests: [
      {
        place: 'use-cases/keys/dns-key.ts dns',
        command: 'dns export-key --output FILE',
        fills: { FILE: 'good.key' },
        first: runDns,
        then: ['dns', 'import-key', 'good.key'],
      },
    ],
  },
  {
    title: 'examples of the help',
    words: ['keys', 'export', '--help'],
    suggests: [
      { place: 'commands/keys/export.ts keys', command: 'keys export --output shop.keys', first: runWeb, ...looks },
    ],
  },
  {
    title: 'examples of the help',
    words: ['keys', 'import', '--help'],
    suggests: [
      {
        place: 'commands/keys/import.ts keys',
        command: 'keys import shop.keys',
        first: [...runWeb, exported],
        ...looks,
      },
    ],
  },
  {
    title: 'examples of the help',
    words: ['dns', 'export-key', '--help'],
    suggests: [
      { place: 'commands/dns/export-key.ts dns', command: 'dns export-key --output dns.key', first: runDns, ...looks },
    ],
  },
  {
    title: 'examples of the help',
    words: ['dns', 'import-key', '--help'],
    suggests: [
      {
        place: 'commands/dns/import-key.ts dns',
        command: 'dns import-key dns.key',
        first: [...runDns, { words: ['dns', 'export-key', '--output', 'dns.key'] }],
        ...looks,
      },
    ],
  },
  {
    title: 'instances have the keys of another machine',
    before: [...runWeb, exported, withoutKeys],
    words: ['run:web,instance=two'],
    suggests: [
      { place: 'plan/instance/client-key.ts keys', command: 'keys import shop.keys' },
      { place: 'plan/instance/client-key.ts rerun', command: 'rerun:all' },
    ],
  },
  {
    title: 'git has the keys',
    before: [...runWeb, { shell: 'git init -q . && git add -f .dockerops/keys' }],
    words: ['rerun:web'],
    suggests: [
      {
        place: 'project/keys/key-directory.ts rerun',
        command: 'rerun:all',
        first: [{ shell: 'git rm -q -r --cached .dockerops' }, withoutKeys],
      },
    ],
  },
  {
    title: 'a machine without ssh',
    before: runWeb,
    words: ['ssh:web,command=true'],
    environment: { PATH: '/nowhere' },
    suggests: [{ place: 'use-cases/sessions/ssh-login.ts shell', command: `shell:${web}`, ...looks }],
  },
  {
    title: 'no DNS runs',
    before: [withDns],
    words: ['dns', 'ps'],
    suggests: [{ place: 'project/resolve/select/run-commands.ts run', command: 'run:dockerops-dns,instance=one' }],
  },
  {
    title: 'the DNS is paused',
    before: [...runDns, { shell: 'docker pause "$PROJECT_NAME-dockerops-dns-one"' }],
    words: ['dns', 'ps'],
    suggests: [{ place: 'use-cases/dns/dns-directory.ts start', command: 'start:dockerops-dns,instance=one' }],
  },
  {
    title: 'the DNS is asked about an instance that does not run',
    before: runDns,
    words: ['dns', 'why', 'web', '--from', 'nobody'],
    suggests: [{ place: 'use-cases/dns/dns-why.ts ps', command: 'ps', ...looks }],
  },
];
