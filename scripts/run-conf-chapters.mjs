// The chapters of docs/run-conf.md: for each key entries of run.conf as one would write them, and what the sentence of
// the schema cannot say. `about` may be absent.
import { switchNames } from '../src/lib/switches.ts';

const instance = {
  title: 'Which instance',
  text:
    'One entry is one instance. The name of its container is `<project>-<service>-<instance>`; its host name and its ' +
    'name in the DNS are `<service>-<instance>`.',
  keys: [
    {
      key: 'service',
      example: '{ "service": "web", "instance": "one" }',
      about:
        'The folder is `services/web`, with a Dockerfile. Base services (`dockerops-dns`, `dockerops-base`) need ' +
        'no folder.',
    },
    {
      key: 'instance',
      example:
        '{ "service": "web", "instance": "one" },\n' +
        '{ "service": "worker", "instance": null, "image": "debian:12", "seed_command": "sleep infinity" }',
      about: 'The generated name is kept from run to run.',
    },
    {
      key: 'replicas',
      example: '{ "service": "web", "replicas": 3 }',
      about:
        'They are `web-1`, `web-2` and `web-3`. With a lower number those above it are left running: `run` and ' +
        '`plan` name them, and `clean` removes them. Ports are published on ports of the host that the engine chooses.',
    },
    {
      key: 'image',
      example: '{ "service": "cache", "instance": "main", "image": "redis:7" }',
      about:
        'The image keeps its own entrypoint and command. What is part of the base image (`ssh`, entrypoints, ' +
        '`safemode`) does not work with it.',
    },
    {
      key: 'group',
      example: '{ "service": "web", "instance": "one", "group": "front" }',
      about: 'For example `dockerops run:group=front`.',
    },
    {
      key: 'autostart',
      example: '{ "service": "web", "instance": "spare", "autostart": false }',
      about: '`dockerops run:web,instance=spare` starts it.',
    },
    { key: 'autorun', example: '{ "service": "web", "instance": "spare", "autorun": false }' },
    { key: 'hostname', example: '{ "service": "web", "instance": "one", "hostname": "www.example.org" }' },
    {
      key: 'platform',
      example: '{ "service": "cache", "instance": "main", "image": "redis:7", "platform": "linux/amd64" }',
    },
    {
      key: 'build_args',
      example: '{ "service": "web", "instance": "one", "build_args": { "VERSION": "1.10" } }',
      about:
        'When the name of an argument says that it is a secret, as `NPM_TOKEN` does, its value is masked in all ' +
        'output and is in no label. A change of such a value alone does not cause a new build; ' +
        '`dockerops build:web --no-cache` does. Docker keeps the arguments of a build in the history of the image.',
    },
    {
      key: 'target',
      example: '{ "service": "web", "instance": "one", "target": "production" }',
      about: 'As in `FROM debian:12 AS production`. All entries of a service have the same, as it has one image.',
    },
    {
      key: 'labels',
      example: '{ "service": "web", "instance": "one", "labels": { "team": "shop" } }',
      about: 'Labels that begin with `dockerops.` are reserved.',
    },
  ],
};

const switchExamples = {
  linked: '{ "service": "web", "instance": "alone", "linked": false }',
  persistent_shared:
    '{ "service": "web", "instance": "one", "persistent_shared": true },\n' +
    '{ "service": "web", "instance": "two", "persistent_shared": true }',
  interactive: '{ "service": "web", "instance": "bench", "interactive": true, "autostart": false }',
};
const aboutSwitches = {
  publish_ports:
    'They are published on `PUBLISH_ON_IP`, else on `SERVICE_IP`, else on all addresses of the host. `ps` shows who ' +
    'can reach them.',
  persistent_data:
    'The folder is `data_<project>/<service>_<instance>/data`, or in `DATA_DIR`. When it is empty, the content of ' +
    'the image is copied to it; otherwise nothing in it is overwritten. No command removes it.',
  interactive: '`run:all` refuses interactive instances: give their entries `"autostart": false`.',
};

const switches = {
  title: 'Switches',
  text:
    'The type of an instance gives each switch its default. run.conf overrides the default, and the command line ' +
    '(`publish_ports=False`) overrides both.',
  keys: [
    {
      key: 'instance_type',
      example:
        '{ "service": "db", "instance": "one", "instance_type": "persistent" },\n' +
        '{ "service": "db", "instance": "persistent" }',
    },
    ...switchNames.map((key) => ({
      key,
      example: switchExamples[key] ?? `{ "service": "web", "instance": "one", "${key}": true }`,
      about: aboutSwitches[key],
    })),
  ],
};

const environment = {
  title: 'Environment',
  text:
    'When several places give a variable a value, the first of these counts: environment of the command, host.conf, ' +
    'run.conf, `env_file`, a link. `dockerops env:<service>` shows which one did, and `run` says which variables of ' +
    'the environment override others. Variables that every shell has (PATH, HOME, LANG, LANGUAGE, LC_*, USER, ' +
    'LOGNAME, PWD, OLDPWD, SHELL, TERM, SHLVL) are never taken from the environment.\n\n' +
    'Values of secrets are masked in all output and are in no label. A variable is secret by its name: a word of it ' +
    'is PASSWORD, PASSWD, PASS, PASSPHRASE, PWD, PW, PIN, OTP, SECRET, TOKEN, KEY, APIKEY, CREDENTIALS, CREDS, ' +
    'PRIVATE, DSN, SALT, PEPPER, AUTH, AUTHORIZATION, BEARER, JWT, PAT, COOKIE, HMAC, PSK or CONNSTR, or ends in ' +
    'PASS, PWD or PW (`DBPASS`), or it has PASSWORD, SECRET, TOKEN, CREDENTIAL or CONNECTION_STRING in it ' +
    '(`PGPASSWORD`). Not secret are names that end in FILE, PATH, DIR, NAME, ID, URL, HOST, PORT, USER, LENGTH, TTL, ' +
    'EXPIRY, EXPIRES, ENABLED, METHOD, TYPE, MODE, ALGORITHM or REALM, but a password in a value ' +
    '(`postgres://shop:password@db`, `…;Password=password`) is masked whatever the name is.',
  keys: [
    {
      key: 'env_vars',
      example:
        '{\n' +
        '  "service": "web",\n' +
        '  "instance": "one",\n' +
        '  "env_vars": { "TITLE": "My shop", "DB_PASSWORD": null, "SERVICE_IP": "from_eth0" }\n' +
        '}',
      about:
        'In a variable whose name ends in `_IP`, the value `from_<interface>` is the IPv4 address of that interface ' +
        'of the host.',
    },
    {
      key: 'env_file',
      example: '{ "service": "web", "instance": "one", "env_file": ["conf/common.env", "conf/web.env"] }',
      about: 'When several files set a variable, the last one counts.',
    },
    {
      key: 'secrets',
      example:
        '{\n' +
        '  "service": "web",\n' +
        '  "instance": "one",\n' +
        '  "secrets": ["session_key", { "name": "tls.key", "file": "conf/tls.key" }]\n' +
        '}',
    },
  ],
};

const network = {
  title: 'Network',
  text: 'All instances of a project are on one network, which no other project uses.',
  keys: [
    {
      key: 'links',
      example:
        '{ "service": "db", "instance": "main" },\n' +
        '{\n' +
        '  "service": "web",\n' +
        '  "instance": "one",\n' +
        '  "links": ["db-main:db", { "name": "standby", "service": "db", "instance": null }]\n' +
        '}',
      about:
        'In the short form, too, `*` matches any text. When no instance that matches runs, `<NAME>_SERVICE_IP` must ' +
        'come from the environment or host.conf; that is how a link leads to another host.',
    },
    {
      key: 'ports',
      example:
        '{ "service": "web", "instance": "one", "publish_ports": true, "ports": ["8080:80", "127.0.0.1:5353:53/udp"] }',
      about: 'Without this key each port of `EXPOSE` is published under its own number.',
    },
    {
      key: 'publish_ssh_on',
      example: '{ "service": "web", "instance": "one", "publish_ssh_on": "127.0.0.1:2222" }',
      about: '`dockerops ssh` works without it.',
    },
    { key: 'ssh_between', example: '{ "service": "web", "instance": "one", "ssh_between": false }' },
    {
      key: 'network_mode',
      example: '{ "service": "web", "instance": "probe", "network_mode": "host" }',
      about: 'The instance then has no links, and publishes no ports: its ports are those of the host.',
    },
    { key: 'nethost', example: '{ "service": "web", "instance": "probe", "nethost": true }' },
    {
      key: 'aliases',
      example: '{ "service": "db", "instance": "main", "aliases": ["app_db"] }',
      about:
        'Several instances may have one; the engine then answers with the addresses of all. The DNS does not know it.',
    },
    {
      key: 'dns',
      example: '{ "service": "web", "instance": "one", "dns": ["192.0.2.53"] }',
      about: 'With it the instance does not find the names of the dynamic DNS.',
    },
    {
      key: 'extra_hosts',
      example: '{ "service": "web", "instance": "one", "extra_hosts": { "legacy": "192.0.2.7" } }',
    },
  ],
};

const order = {
  title: 'Order and health',
  text:
    'An instance is ready when its healthcheck succeeds. Without a healthcheck, an instance on the base image is ' +
    'ready when its entrypoints have ended and its programs run.',
  keys: [
    {
      key: 'depends_on',
      example:
        '{ "service": "db", "instance": "main" },\n{ "service": "web", "instance": "one", "depends_on": ["db"] }',
      about: 'The targets of links and the DNS are started first in any case.',
    },
    { key: 'sleep', example: '{ "service": "db", "instance": "main", "sleep": 2 }' },
    {
      key: 'healthcheck',
      example:
        '{\n' +
        '  "service": "db",\n' +
        '  "instance": "main",\n' +
        '  "healthcheck": {\n' +
        '    "test": "pg_isready -q",\n' +
        '    "interval": "5s",\n' +
        '    "timeout": "3s",\n' +
        '    "start_period": "30s",\n' +
        '    "retries": 3\n' +
        '  }\n' +
        '}',
      about: 'Without `test`, the other keys apply to the healthcheck of the image.',
    },
    {
      key: 'restart',
      example: '{ "service": "web", "instance": "one", "restart": "on-failure" }',
      about:
        'Default: `unless-stopped`, so that instances run again after a reboot of the host; `no` for interactive ' +
        'instances.',
    },
    {
      key: 'wait',
      example:
        '{\n' +
        '  "service": "web",\n' +
        '  "instance": "migrate",\n' +
        '  "seed_command": "./migrate",\n' +
        '  "wait": "completed",\n' +
        '  "restart": "no"\n' +
        '}',
      about:
        'Others wait for it by `depends_on`. Another exit code fails `run`, and skips them. ' +
        'The limit is `--timeout`, or 10 minutes. `rerun` ' +
        'runs the job again.',
    },
    { key: 'stop_grace_period', example: '{ "service": "db", "instance": "main", "stop_grace_period": "1m30s" }' },
    { key: 'stop_signal', example: '{ "service": "db", "instance": "main", "stop_signal": "SIGINT" }' },
  ],
};

const processes = {
  title: 'What runs',
  text: '',
  keys: [
    {
      key: 'seed_command',
      example: '{ "service": "web", "instance": "one", "seed_command": "python3 -m http.server 80" }',
      about: 'A string is split into words by the rules of the shell; no shell runs it.',
    },
    { key: 'user', example: '{ "service": "cache", "instance": "main", "image": "redis:7", "user": "redis" }' },
    { key: 'working_dir', example: '{ "service": "web", "instance": "one", "working_dir": "/srv/app" }' },
    {
      key: 'logging',
      example:
        '{\n' +
        '  "service": "web",\n' +
        '  "instance": "one",\n' +
        '  "logging": { "driver": "json-file", "options": { "max-size": "50m", "max-file": 2 } }\n' +
        '}',
      about: '`logs` shows what the engine can read: that of json-file, local and journald.',
    },
    {
      key: 'volumes',
      example:
        '{ "service": "web", "instance": "one", "volumes": ["$PROJECT_DIR/conf:/etc/web:ro", "uploads:/uploads"] }',
      about: 'A source without a slash is the name of a volume of the engine. No command removes that either.',
    },
    { key: 'tmpfs', example: '{ "service": "web", "instance": "one", "tmpfs": ["/tmp", "/run/web"] }' },
    {
      key: 'init',
      example: '{ "service": "cache", "instance": "main", "image": "redis:7", "init": true }',
      about: 'The base images have one.',
    },
    {
      key: 'read_only',
      example: '{ "service": "cache", "instance": "main", "image": "redis:7", "read_only": true, "tmpfs": "/data" }',
    },
  ],
};

const limits = {
  title: 'Limits and rights',
  text: '',
  keys: [
    { key: 'mem_limit', example: '{ "service": "db", "instance": "main", "mem_limit": "2g" }' },
    { key: 'cpus', example: '{ "service": "db", "instance": "main", "cpus": 1.5 }' },
    { key: 'shm_size', example: '{ "service": "db", "instance": "main", "shm_size": "256m" }' },
    {
      key: 'ulimits',
      example:
        '{\n' +
        '  "service": "db",\n' +
        '  "instance": "main",\n' +
        '  "ulimits": { "nofile": 65536, "nproc": { "soft": 1024, "hard": 2048 } }\n' +
        '}',
    },
    { key: 'sysctls', example: '{ "service": "web", "instance": "one", "sysctls": { "net.core.somaxconn": 1024 } }' },
    { key: 'cap_add', example: '{ "service": "web", "instance": "one", "cap_add": ["NET_ADMIN"] }' },
    { key: 'cap_drop', example: '{ "service": "cache", "instance": "main", "image": "redis:7", "cap_drop": ["ALL"] }' },
    {
      key: 'devices',
      example: '{ "service": "web", "instance": "one", "devices": ["/dev/net/tun", "/dev/ttyUSB0:/dev/modem:r"] }',
    },
    { key: 'privileged', example: '{ "service": "web", "instance": "one", "privileged": true }' },
    {
      key: 'security_opt',
      example: '{ "service": "web", "instance": "one", "security_opt": ["no-new-privileges:true"] }',
    },
    { key: 'runtime', example: '{ "service": "web", "instance": "one", "runtime": "nvidia" }' },
  ],
};

export const chapters = [instance, switches, environment, network, order, processes, limits];
