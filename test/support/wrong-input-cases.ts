/**
 * Mistakes of users, each in a project that is correct otherwise. `expected` is the whole message, with `~` for the
 * directory of the project.
 */
export interface WrongInput {
  readonly title: string;
  /** Beside services/web on the base image and a run.conf with web-one. */
  readonly files?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly expected: string;
}

const conf = (...entries: readonly string[]): Readonly<Record<string, string>> => ({
  'run.conf': `[\n${entries.map((entry) => `  ${entry}`).join(',\n')}\n]\n`,
});
const web = (rest: string): Readonly<Record<string, string>> =>
  conf(`{ "service": "web", "instance": "one", ${rest} }`);

export const wrongInputs: readonly WrongInput[] = [
  // run.conf as text
  {
    title: 'a comma too many',
    files: { 'run.conf': '[\n  { "service": "web",, "instance": "one" }\n]' },
    expected: '  run.conf:2:22  a key in double quotes is expected here',
  },
  {
    title: 'a comma that is missing',
    files: { 'run.conf': '[\n  { "service": "web" }\n  { "service": "web", "instance": "two" }\n]' },
    expected: '  run.conf:3:3  a "," is missing before this',
  },
  {
    title: 'a quote that is missing',
    files: { 'run.conf': '[\n  { "service": "web, "instance": "one" }\n]' },
    expected:
      '  run.conf:2:23  instance is not in quotes\n' +
      '    write "instance"\n' +
      '  run.conf:3:2  a "}" is missing before this',
  },
  {
    title: 'single quotes',
    files: { 'run.conf': '[\n  { \'service\': "web" }\n]' },
    expected: '  run.conf:2:5  strings are written in double quotes, not in single ones\n    write "service"',
  },
  {
    title: 'a word of Python',
    files: web('"linked": True'),
    expected: '  run.conf:2:52  True is not a JSON value\n    write true',
  },
  {
    title: 'an object in place of the list',
    files: { 'run.conf': '{ "service": "web" }' },
    expected: '  run.conf:1:1  run.conf is an object; it must be a list in [ ]\n    write [{ "service": "…" }, …]',
  },
  {
    title: 'a bracket that is not closed',
    files: { 'run.conf': '[\n  { "service": "web" }\n' },
    expected: '  run.conf:3:1  a "]" is missing before this',
  },
  {
    title: 'a key twice',
    files: web('"sleep": 1, "sleep": 2'),
    expected: '  run.conf:2:54  the key "sleep" appears twice in one object\n    keep one of them',
  },
  // run.conf as entries
  {
    title: 'a key with a slip',
    files: web('"publish_port": true'),
    expected: '  run.conf:2:42  unknown key "publish_port"\n    did you mean "publish_ports"?',
  },
  {
    title: 'a key of Compose',
    files: web('"environment": { "A": "b" }'),
    expected: '  run.conf:2:42  unknown key "environment"\n    did you mean "env_vars"?',
  },
  {
    title: 'a key that is gone',
    files: web('"extra_args": "--privileged"'),
    expected:
      '  run.conf:2:42  the key "extra_args" is no longer supported\n' +
      '    use the keys for what it did: "volumes", "ports", "env_vars", "devices", "cap_add", "mem_limit", ' +
      '"cpus", "ulimits", "tmpfs", "extra_hosts", "sysctls", "user", "init", "read_only"',
  },
  {
    title: 'a switch as text',
    files: web('"publish_ports": "yes"'),
    expected: '  run.conf:2:59  "publish_ports" is "yes"; it must be true or false\n    write true',
  },
  {
    title: 'a number as text',
    files: web('"sleep": "long"'),
    expected: '  run.conf:2:51  "sleep" is "long"; it must be a number\n    write it like 2',
  },
  {
    title: 'a number that is too small',
    files: web('"sleep": -1'),
    expected: '  run.conf:2:51  "sleep" is -1; it must be at least 0',
  },
  {
    title: 'a type that there is not',
    files: web('"instance_type": "mastre"'),
    expected:
      '  run.conf:2:59  "instance_type" is "mastre"; it must be "standard", "published", "persistent", "master" ' +
      'or "debug"\n' +
      '    did you mean "master"?',
  },
  {
    title: 'a port that is none',
    files: web('"publish_ports": true, "ports": ["80:http"]'),
    expected:
      '  run.conf:2:75  "ports[0]" is "80:http", which is not valid\n' +
      '    write it like "8080:80" or "127.0.0.1:53:53/udp"',
  },
  {
    title: 'a port out of range',
    files: web('"publish_ports": true, "ports": ["70000:80"]'),
    expected:
      '  run.conf:2:75  "70000:80" is not a valid port\n' +
      '    write it like "8080:80", "127.0.0.1:53:53/udp" or "3000-3005:3000-3005"',
  },
  {
    title: 'a time without a unit',
    files: web('"stop_grace_period": "10"'),
    expected: '  run.conf:2:63  "stop_grace_period" is "10", which is not valid\n    write it like "30s" or "1m30s"',
  },
  {
    title: 'an amount of memory that is none',
    files: web('"mem_limit": "lots"'),
    expected: '  run.conf:2:55  "mem_limit" is "lots", which is not valid\n    write it like "512m" or "2g"',
  },
  {
    title: 'a volume without a target',
    files: web('"volumes": ["conf"]'),
    expected:
      '  run.conf:2:54  "conf" is not a valid volume\n' +
      '    write it like "$PROJECT_DIR/conf:/conf", "/srv/x:/x:ro" or "name:/x"',
  },
  {
    title: 'a volume on a relative path',
    files: web('"volumes": ["./conf:etc/web"]'),
    expected:
      '  run.conf:2:54  "./conf:etc/web" is mounted on etc/web, which is not an absolute path\n' +
      '    write "./conf:/etc/web"',
  },
  {
    title: 'a variable as true',
    files: web('"env_vars": { "DEBUG": true }'),
    expected:
      '  run.conf:2:65  "env_vars.DEBUG" is true; it must be a string in double quotes, a number or null\n' +
      '    write "True"',
  },
  {
    title: 'a variable that dockerops sets',
    files: web('"env_vars": { "INSTANCE": "x" }'),
    expected:
      '  run.conf:2:56  dockerops sets INSTANCE, so it cannot be set here\n' +
      '    remove it, and use another name for your own value',
  },
  {
    title: 'an interface that the host has not',
    files: web('"env_vars": { "SERVICE_IP": "from_nix0" }'),
    expected: '  run.conf:2:56  SERVICE_IP is from_nix0, but host …',
  },
  {
    title: 'a link to a service that there is not',
    files: web('"links": ["wbe-one:db"]'),
    expected:
      '  run.conf:2:52  the link is to a service "wbe", which this project does not have\n    did you mean "web"?',
  },
  {
    title: 'a link without a name',
    files: web('"links": ["web-two"]'),
    expected:
      '  run.conf:2:52  "links[0]" is "web-two", which is not valid\n' +
      '    write it like "postgres-master:db" or {"name":"db","service":"postgres","instance":null}',
  },
  {
    title: 'a link whose target has to run elsewhere',
    files: web('"links": ["web-two:peer"]'),
    expected:
      '  run.conf:2:52  web-one needs PEER_SERVICE_IP: the link peer needs a running instance of web-two: ' +
      'start one, or set the address\n' +
      '    PEER_SERVICE_IP=<value> dockerops …, or in host.conf: "PEER_SERVICE_IP": "<value>"',
  },
  {
    title: 'an entry without a service',
    files: conf('{ "instance": "one" }'),
    expected: '  run.conf:2:3  this entry has no "service"\n    add "service": …',
  },
  {
    title: 'a service without a folder',
    files: conf('{ "service": "wbe", "instance": "one" }'),
    expected:
      '  run.conf:2:5  there is no service "wbe" in this project\n' +
      '    did you mean "web"?; its services are web; to add a service, create ' +
      '~/services/wbe/Dockerfile',
  },
  {
    title: 'a name that cannot be a host name',
    files: conf('{ "service": "web", "instance": "Node_A" }'),
    expected:
      '  run.conf:2:23  the instance name "Node_A" is not a valid host name: ' +
      'use up to 63 lower-case letters, digits and inner "-"\n' +
      '    write "node-a"',
  },
  {
    title: 'an instance twice',
    files: conf('{ "service": "web", "instance": "one" }', '{ "service": "web", "instance": "one" }'),
    expected:
      '  run.conf:3:3  there is another entry for web-one, at run.conf:2:3\n' +
      '    merge the two, or give this one another "instance"',
  },
  {
    title: 'two instances whose names are one',
    files: {
      ...conf('{ "service": "web", "instance": "a-b" }', '{ "service": "web-a", "instance": "b" }'),
      'services/web-a/Dockerfile': 'FROM dockerops/dockerops-base\n',
    },
    expected:
      '  run.conf:3:3  the name web-a-b is also that of service "web", instance "a-b" at run.conf:2:3\n' +
      '    give one of them another "instance"',
  },
  {
    title: 'a variable that nobody supplies',
    files: web('"env_vars": { "DB_PASSWORD": null }'),
    expected:
      '  run.conf:2:56  web-one needs DB_PASSWORD: run.conf requires a value\n' +
      '    DB_PASSWORD=<value> dockerops …, or in host.conf: "DB_PASSWORD": "<value>"',
  },
  {
    title: 'dependencies in a circle',
    files: conf(
      '{ "service": "web", "instance": "one", "depends_on": ["web-two"] }',
      '{ "service": "web", "instance": "two", "depends_on": ["web-one"] }',
    ),
    expected:
      '  run.conf:3:42  these instances wait for each other: web-one -> web-two -> web-one\n' +
      '    remove one of the links or one "depends_on"; names in the DNS need no order',
  },
  {
    title: 'a dependency on nothing',
    files: web('"depends_on": ["database"]'),
    expected:
      '  run.conf:2:57  "database" is neither a service nor a <service>-<instance> of this project\n' +
      '    the names are web, dockerops-base, dockerops-full, dockerops-dns, dockerops-common-debian12, ' +
      'dockerops-base-debian12, dockerops-full-debian12, dockerops-dns-debian12, web-one',
  },
  {
    title: 'links on the network of the host',
    files: web('"network_mode": "host", "links": ["web-one:me"]'),
    expected:
      '  run.conf:2:66  web-one is on the network of the host, where links do not work\n' +
      '    remove the links and set the addresses in env_vars, as "DB_SERVICE_IP": "192.0.2.7"',
  },
  {
    title: 'a master without an address',
    files: {
      ...web('"instance_type": "master"'),
      'services/web/Dockerfile': 'FROM dockerops/dockerops-base\nEXPOSE 80\n',
    },
    expected:
      '  web-one needs SERVICE_IP: an instance of type master publishes its ports at this address; ' +
      'set an address of the host or from_<interface>, or use publish_ports=False\n' +
      '    SERVICE_IP=<value> dockerops …, or in host.conf: "SERVICE_IP": "<value>"',
  },
  // env_file, host.conf, required_env_vars.json
  {
    title: 'an env_file that is not there',
    files: web('"env_file": "web.env"'),
    expected:
      '  run.conf:2:42  there is no file web.env in the project\n    create it, or remove "web.env" from "env_file"',
  },
  {
    title: 'an env_file with a line that is none',
    files: { ...web('"env_file": "web.env"'), 'web.env': 'A=1\nexport B\n' },
    expected: '  web.env:2:1  this line is not NAME=value\n    write NAME=value, or begin the line with #',
  },
  {
    title: 'a host.conf that is a list',
    files: { 'host.conf': '["SERVICE_IP"]' },
    expected: '  host.conf:1:1  host.conf must be an object of variables\n    write { "NAME": "value" }',
  },
  {
    title: 'a host.conf with a list in it',
    files: { 'host.conf': '{\n  "SERVICE_IP": ["192.0.2.1"]\n}' },
    expected:
      '  host.conf:2:3  the value of SERVICE_IP must be a string in double quotes or a number\n' +
      '    write "SERVICE_IP": "…"',
  },
  {
    title: 'a conf of the last time that is gone',
    files: { 'host.conf': '{ "last_conf": "production.conf" }' },
    expected:
      '  there is no production.conf in ~ or in ~/services\n' +
      '    it was used last, which host.conf remembers: remove "last_conf" from ~/host.conf; ' +
      'or use another conf from now on: dockerops run:all,conf=run',
  },
  {
    title: 'required variables as an object',
    files: { 'services/web/required_env_vars.json': '{ "DB_PASSWORD": true }' },
    expected: '  services/web/required_env_vars.json:1:1  the file must be a list of names\n    write ["NAME", …]',
  },
  {
    title: 'a required variable that is no name',
    files: { 'services/web/required_env_vars.json': '["DB PASSWORD"]' },
    expected:
      '  services/web/required_env_vars.json:1:2  this is not a valid name of a variable\n' +
      '    write it like "DB_PASSWORD"',
  },
  // Dockerfile
  {
    title: 'a base image of the old tool',
    files: { 'services/web/Dockerfile': '# web\nFROM dockerops/dockerops-base-ubuntu14.04\n' },
    expected:
      '  services/web/Dockerfile:2:1  dockerops/dockerops-base-ubuntu14.04 no longer exists: ' +
      'base images are built on Debian\n' +
      '    write FROM dockerops/dockerops-base, or convert the project: dockerops import .',
  },
  {
    title: 'a Dockerfile without FROM',
    files: { 'services/web/Dockerfile': 'RUN true\n' },
    expected:
      '  services/web/Dockerfile:1:1  the Dockerfile has no FROM line\n    begin it with FROM dockerops/dockerops-base',
  },
  {
    title: 'an EXPOSE that is no port',
    files: { 'services/web/Dockerfile': 'FROM dockerops/dockerops-base\nEXPOSE http\n' },
    expected:
      '  services/web/Dockerfile:2:1  EXPOSE http is not a port\n' +
      '    write it like EXPOSE 80, 53/udp or 3000-3005; a range has at most 1000 ports',
  },
  {
    title: 'a parent that nothing makes',
    files: { 'services/web/Dockerfile': 'FROM demo/platform\n' },
    expected:
      '  services/web/Dockerfile:1:1  demo/web:latest is built on demo/platform:latest, which nothing here ' +
      'makes\n' +
      '    add a service folder platform with a Dockerfile, or name another image in FROM',
  },
  {
    title: 'images built on each other',
    files: { 'services/web/Dockerfile': 'FROM demo/api\n', 'services/api/Dockerfile': 'FROM demo/web\n' },
    expected:
      '  services/api/Dockerfile:1:1  images are built on each other: ' +
      'demo/api:latest -> demo/web:latest -> demo/api:latest\n' +
      '    change one of these FROM lines',
  },
  {
    title: 'a folder without a Dockerfile',
    files: { 'services/api/notes.txt': '\n' },
    expected:
      '  services/api/Dockerfile  service "api" has no Dockerfile\n' +
      '    create ~/services/api/Dockerfile, beginning with FROM dockerops/dockerops-base',
  },
  // Arguments
  {
    title: 'an option with a slip before the command',
    words: ['--project-dri', '/srv/shop', 'run', 'all'],
    expected: 'error: --project-dri is not an option of dockerops\n-> did you mean --project-dir?',
  },
  {
    title: 'an option of a command before it',
    words: ['--force', 'clean:all'],
    expected:
      'error: --force must come after the command\n-> options of a command follow it: dockerops clean:all --force',
  },
  {
    title: 'a command with a slip',
    words: ['biuld:all'],
    expected:
      'error: "biuld" is not a command of dockerops\n' +
      '-> did you mean "dockerops build"?\n' +
      '-> "dockerops help" lists all commands',
  },
  {
    title: 'an option with a slip',
    words: ['run:web,publish_port=True'],
    expected:
      'error: wrong usage of run\n' +
      '  publish_port  is not an option of this command\n' +
      '    did you mean publish_ports?\n' +
      '-> "dockerops help run" shows its options',
  },
  {
    title: 'an option with a slip, with hyphens',
    words: ['run', 'web', '--publsh-ports'],
    expected:
      'error: wrong usage\n' +
      '  --publsh-ports  is not an option of this command\n' +
      '    did you mean --publish-ports?\n' +
      '-> add --help to see the options of the command',
  },
  {
    title: 'a switch that is neither on nor off',
    words: ['run:web,linked=maybe'],
    expected:
      'error: wrong usage of run\n' +
      '  linked  is a switch and cannot be "maybe"\n' +
      '    use one of True, False, yes, no, y, n, 1, 0\n' +
      '-> "dockerops help run" shows its options',
  },
  {
    title: 'a quote that is not closed',
    words: ['exec:web,command="ls'],
    expected:
      'error: the quote in the value of "command" is not closed: "ls\n' +
      '-> if the quote is part of the value, quote the whole value and write \\" inside',
  },
  {
    title: 'a word too many',
    words: ['ps:web,one'],
    expected: 'error: wrong usage of ps\n  one  is an unexpected word\n-> "dockerops help ps" shows its options',
  },
  {
    title: 'an instance without a service',
    words: ['run', '--instance', 'one'],
    expected: 'error: --instance one needs a service\n-> dockerops run:SERVICE,instance=one',
  },
  {
    title: 'a service and a group',
    words: ['run:web,group=front'],
    expected: 'error: --group cannot be combined with a service or instance\n-> dockerops run:group=front',
  },
  ...(
    [
      ['instance', 'SERVICE,instance=one'],
      ['group', 'group=one'],
      ['conf', 'all,conf=one'],
    ] as const
  ).map(([limit, instead]) => ({
    title: `every container of the host, and a limit by ${limit}`,
    words: [`clean:reallyall,${limit}=one`, '--confirm', 'x'],
    expected:
      `error: reallyall means every container on the host and cannot be combined with --${limit}\n` +
      `-> dockerops clean:${instead}`,
  })),
  {
    title: 'a service that is not named',
    words: ['ssh'],
    expected:
      'error: wrong usage\n' +
      '  service  is missing\n' +
      '    add SERVICE: name of a service\n' +
      '-> add --help to see the options of the command',
  },
  {
    title: 'a command for an instance, without --',
    words: ['exec', 'web', 'ls'],
    expected:
      'error: wrong usage\n' +
      '  ls  is an unexpected word\n' +
      '-> dockerops exec web -- ls\n' +
      '-> add --help to see the options of the command',
  },
  {
    title: 'an option that is needed',
    words: ['restore', 'web'],
    expected:
      'error: wrong usage\n' +
      '  --file  is missing\n' +
      '    add --file FILE: file made by backup\n' +
      '-> add --help to see the options of the command',
  },
  {
    title: 'a file of keys that is not there',
    words: ['keys:import:x'],
    expected:
      'error: ~/x does not exist\n-> create it on the machine that has the key: dockerops keys export --output FILE',
  },
  {
    title: 'a number that is none',
    words: ['run:web,timeout=soon'],
    expected:
      'error: wrong usage\n' +
      '  --timeout  is "soon", which is not a whole number\n' +
      '-> add --help to see the options of the command',
  },
  {
    title: 'an instance type that there is not',
    words: ['run:web,instance_type=mastre'],
    expected:
      'error: wrong usage\n' +
      '  --instance-type  cannot be "mastre"; use one of standard, published, persistent, master, debug\n' +
      '    did you mean master?\n' +
      '-> add --help to see the options of the command',
  },
  {
    title: 'a conf that is not there',
    words: ['run:all,conf=production'],
    expected: 'error: there is no production.conf in ~ or in ~/services\n-> use one that exists: conf=run',
  },
  {
    title: 'a log level that there is not',
    words: ['ps'],
    environment: { LOG_LEVEL: 'loud' },
    expected:
      'error: LOG_LEVEL is "loud"; use one of debug, info, warning, error, fatal\n' +
      '-> LOG_LEVEL=info dockerops …, or unset LOG_LEVEL',
  },
  {
    title: 'a project name that cannot be one',
    words: ['ps', '--project', 'My_Shop'],
    expected:
      'error: the project name is not valid\n' +
      '  --project  the project name "My_Shop" is not a valid host name: ' +
      'use up to 63 lower-case letters, digits and inner "-"\n' +
      '    write "my-shop"',
  },
  {
    title: 'the project name that is kept',
    words: ['ps'],
    environment: { PROJECT_NAME: 'dockerops' },
    expected:
      'error: PROJECT_NAME: the project name "dockerops" is reserved for the base images\n' +
      '-> choose another name with --project <name> or PROJECT_NAME=<name>',
  },
  {
    title: 'a project directory that is not there',
    words: ['ps'],
    environment: { PROJECT_DIR: '/nowhere' },
    expected:
      'error: PROJECT_DIR is /nowhere, which is not a directory\n' +
      '-> use the directory that has the run.conf, or unset PROJECT_DIR',
  },
  {
    title: 'a project directory that is none',
    words: ['run', 'all', '--project-dir', 'services/web'],
    expected:
      'error: --project-dir is ~/services/web, which has neither a run.conf nor a services directory\n' +
      '-> use the directory that has the run.conf, or omit --project-dir',
  },
  {
    title: 'a moment that is none',
    words: ['logs:web,since=yesterday'],
    expected:
      'error: --since: "yesterday" is neither a duration nor a time\n' +
      '-> write it like --since 10m, --since 1h30m, --since 2026-01-31 or --since 2026-01-31T14:00:00Z',
  },
  {
    title: 'a pattern that is none',
    words: ['logs:web,grep=('],
    expected: 'error: --grep: "(" is not a regular expression\n-> escape literal ( ) [ ] { } . * + ? with a backslash',
  },
  {
    title: 'an engine address that is none',
    words: ['ps', '--host', 'ftp://nowhere'],
    expected:
      'error: --host: "ftp://nowhere" is not the address of an engine\n' +
      '-> use unix:///path/docker.sock, tcp://host:port, ssh://user@host or npipe:////./pipe/name',
  },
];
