// docs/run-conf.md: every key of run.conf with what its schema says and an example. Called by scripts/docs.mjs.
import { runConfSchema } from '../src/lib/project/conf/run-conf-schema.ts';
import { instanceTypes, switchNames, switchTable } from '../src/lib/switches.ts';

/** Key, entries of run.conf as one would write them, and what a sentence of the schema cannot say. */
const chapters = [
  [
    'Which instance',
    'One entry is one instance. Its container is `<project>-<service>-<instance>`, its host name and DNS name ' +
      '`<service>-<instance>`.',
    [
      [
        'service',
        '{ "service": "web", "instance": "one" }',
        'With a folder `services/web` and its Dockerfile. Base services (`dockerops-dns`, `dockerops-base`) ' +
          'need no folder.',
      ],
      [
        'instance',
        '{ "service": "web", "instance": "one" },\n' +
          '{ "service": "worker", "instance": null, "image": "debian:12", "seed_command": "sleep infinity" }',
        'Without a name the entry still owns one instance: the name is drawn once, and kept from run to run.',
      ],
      [
        'image',
        '{ "service": "cache", "instance": "main", "image": "redis:7" }',
        'The image keeps its own entrypoint and command. ' +
          'What needs the base image (`ssh`, entrypoints, `safemode`) is not there.',
      ],
      [
        'group',
        '{ "service": "web", "instance": "one", "group": "front" }',
        '`dockerops run:group=front`, `dockerops clean:group=front`.',
      ],
      [
        'autostart',
        '{ "service": "web", "instance": "spare", "autostart": false }',
        '`dockerops run:web,instance=spare` starts it all the same.',
      ],
      ['autorun', '{ "service": "web", "instance": "spare", "autorun": false }'],
      ['hostname', '{ "service": "web", "instance": "one", "hostname": "www.example.org" }'],
      ['platform', '{ "service": "cache", "instance": "main", "image": "redis:7", "platform": "linux/amd64" }'],
      [
        'build_args',
        '{ "service": "web", "instance": "one", "build_args": { "VERSION": "1.10" } }',
        'The value of an argument such as `NPM_TOKEN`, whose name says that it is a secret, is masked and enters ' +
          'no label: when it alone changes, nothing is built by itself, but by `dockerops build:web --no-cache`. ' +
          'Docker keeps the arguments that a build used in the history of the image.',
      ],
      [
        'labels',
        '{ "service": "web", "instance": "one", "labels": { "team": "shop" } }',
        'Labels that begin with `dockerops.` are not yours to give.',
      ],
    ],
  ],
  [
    'Switches',
    'A switch that the entry does not have is what the row of its type says. ' +
      'The command line beats both (`publish_ports=False`).',
    [
      [
        'instance_type',
        '{ "service": "db", "instance": "one", "instance_type": "persistent" },\n' +
          '{ "service": "db", "instance": "persistent" }',
      ],
      ['linked', '{ "service": "web", "instance": "alone", "linked": false }'],
      [
        'publish_ports',
        '{ "service": "web", "instance": "one", "publish_ports": true }',
        'On `PUBLISH_ON_IP`, else `SERVICE_IP`, else all addresses of the host; `ps` says who can reach them.',
      ],
      [
        'persistent_data',
        '{ "service": "db", "instance": "one", "persistent_data": true }',
        'In `data_<project>/<service>_<instance>/data`, or below `DATA_DIR`. ' +
          'An empty folder gets what the image has; one that is not empty is never written over. ' +
          'No command removes it.',
      ],
      ['persistent_opt', '{ "service": "db", "instance": "one", "persistent_opt": true }'],
      ['persistent_log', '{ "service": "db", "instance": "one", "persistent_log": true }'],
      ['persistent_home', '{ "service": "db", "instance": "one", "persistent_home": true }'],
      [
        'persistent_shared',
        '{ "service": "web", "instance": "one", "persistent_shared": true },\n' +
          '{ "service": "web", "instance": "two", "persistent_shared": true }',
      ],
      [
        'interactive',
        '{ "service": "web", "instance": "bench", "interactive": true, "autostart": false }',
        '`run:all` refuses entries that would be interactive: give them `"autostart": false`.',
      ],
      ['safemode', '{ "service": "web", "instance": "one", "safemode": true }'],
    ],
  ],
  [
    'Environment',
    'Of several values the first of these counts: process environment, host.conf, run.conf, `env_file`, what a ' +
      'link gives. `dockerops env:<service>` shows which it was.',
    [
      [
        'env_vars',
        '{ "service": "web", "instance": "one", "env_vars": { "TITLE": "My shop", "DB_PASSWORD": ' +
          'null, "SERVICE_IP": "from_eth0" } }',
        'A name that ends in `_IP` may have the value `from_<interface>`: ' +
          'the IPv4 address of that interface of the host.',
      ],
      [
        'env_file',
        '{ "service": "web", "instance": "one", "env_file": ["conf/common.env", "conf/web.env"] }',
        'Of several files the last one that has a name counts.',
      ],
      [
        'secrets',
        '{ "service": "web", "instance": "one", "secrets": ["session_key", { "name": "tls.key", "file": ' +
          '"conf/tls.key" }] }',
      ],
    ],
  ],
  [
    'Network',
    'All instances of a project are on one network of its own.',
    [
      [
        'links',
        '{ "service": "db", "instance": "main" },\n' +
          '{\n' +
          '  "service": "web",\n' +
          '  "instance": "one",\n' +
          '  "links": ["db-main:db", { "name": "standby", "service": "db", "instance": null }]\n' +
          '}',
        '`null` is any instance that runs; `*` stands for any text. ' +
          'When nothing runs that a link could lead to, `<NAME>_SERVICE_IP` has to come from the environment or ' +
          'host.conf: that is how a link crosses hosts.',
      ],
      [
        'ports',
        '{ "service": "web", "instance": "one", "publish_ports": true, "ports": ["8080:80", "127.0.0.1:5353:53/udp"] }',
        'Without this key the ports of `EXPOSE` are published as they are.',
      ],
      [
        'publish_ssh_on',
        '{ "service": "web", "instance": "one", "publish_ssh_on": "127.0.0.1:2222" }',
        '`dockerops ssh` needs no port.',
      ],
      ['ssh_between', '{ "service": "web", "instance": "one", "ssh_between": false }'],
      [
        'network_mode',
        '{ "service": "web", "instance": "probe", "network_mode": "host" }',
        "No links and no published ports then: its ports are the host's.",
      ],
      ['nethost', '{ "service": "web", "instance": "probe", "nethost": true }'],
      ['extra_hosts', '{ "service": "web", "instance": "one", "extra_hosts": { "legacy": "192.0.2.7" } }'],
    ],
  ],
  [
    'Order and health',
    'An instance is ready when its healthcheck says so; without one, on the base image, when its entrypoints are ' +
      'done and its programs run.',
    [
      [
        'depends_on',
        '{ "service": "db", "instance": "main" },\n{ "service": "web", "instance": "one", "depends_on": ["db"] }',
        'Links and the DNS make an order already.',
      ],
      ['sleep', '{ "service": "db", "instance": "main", "sleep": 2 }'],
      [
        'healthcheck',
        '{ "service": "db", "instance": "main", "healthcheck": { "test": "pg_isready -q", "interval": ' +
          '"5s", "timeout": "3s", "start_period": "30s", "retries": 3 } }',
        "Without `test` it changes how the image's own is asked.",
      ],
      [
        'restart',
        '{ "service": "web", "instance": "one", "restart": "on-failure" }',
        'Default: `unless-stopped`, so that a platform is there again after a reboot; `no` for interactive ones.',
      ],
      ['stop_grace_period', '{ "service": "db", "instance": "main", "stop_grace_period": "1m30s" }'],
      ['stop_signal', '{ "service": "db", "instance": "main", "stop_signal": "SIGINT" }'],
    ],
  ],
  [
    'What runs',
    '',
    [
      [
        'seed_command',
        '{ "service": "web", "instance": "one", "seed_command": "python3 -m http.server 80" }',
        'A list of words is taken as it is; a text is split as a shell would, without a shell.',
      ],
      ['user', '{ "service": "cache", "instance": "main", "image": "redis:7", "user": "redis" }'],
      [
        'volumes',
        '{ "service": "web", "instance": "one", "volumes": ["$PROJECT_DIR/conf:/etc/web:ro", "uploads:/uploads"] }',
        'A source without a slash is a volume of the engine; it stays, too.',
      ],
      ['tmpfs', '{ "service": "web", "instance": "one", "tmpfs": ["/tmp", "/run/web"] }'],
      [
        'init',
        '{ "service": "cache", "instance": "main", "image": "redis:7", "init": true }',
        'The base images have one already.',
      ],
      [
        'read_only',
        '{ "service": "cache", "instance": "main", "image": "redis:7", "read_only": true, "tmpfs": "/data" }',
      ],
    ],
  ],
  [
    'Limits and rights',
    '',
    [
      ['mem_limit', '{ "service": "db", "instance": "main", "mem_limit": "2g" }'],
      ['cpus', '{ "service": "db", "instance": "main", "cpus": 1.5 }'],
      ['shm_size', '{ "service": "db", "instance": "main", "shm_size": "256m" }'],
      [
        'ulimits',
        '{ "service": "db", "instance": "main", "ulimits": { "nofile": 65536, "nproc": { "soft": 1024, "hard": ' +
          '2048 } } }',
      ],
      ['sysctls', '{ "service": "web", "instance": "one", "sysctls": { "net.core.somaxconn": 1024 } }'],
      ['cap_add', '{ "service": "web", "instance": "one", "cap_add": ["NET_ADMIN"] }'],
      ['cap_drop', '{ "service": "cache", "instance": "main", "image": "redis:7", "cap_drop": ["ALL"] }'],
      ['devices', '{ "service": "web", "instance": "one", "devices": ["/dev/net/tun", "/dev/ttyUSB0:/dev/modem:r"] }'],
    ],
  ],
];

export function runConfReference() {
  const keys = runConfSchema.items.properties;
  const shown = chapters.flatMap(([, , entries]) => entries.map(([key]) => key));
  const wrong = [
    ...Object.keys(keys)
      .filter((key) => !shown.includes(key))
      .map((key) => `${key} has no example`),
    ...shown.filter((key) => keys[key] === undefined).map((key) => `${key} is no key`),
  ];
  if (wrong.length > 0) throw new Error(`scripts/run-conf-reference.mjs: ${wrong.join('; ')}`);
  return `${[head(), ...chapters.map((chapter) => chapterText(chapter, keys))].join('\n\n')}\n`;
}

function head() {
  return `<!-- Made by scripts/docs.mjs from the schema; do not edit. -->
# run.conf, key by key

\`run.conf\` is in the project's directory and is committed: a list of instances, as JSON with comments (\`#\`, \`//\`)
and trailing commas. \`conf=\` picks another file of the same form. \`dockerops validate\` reports everything that is
wrong with it, with line and column; an unknown key is an error. Editors complete and check it with the file
\`run.conf.schema.json\`, which comes with dockerops. [run.conf.example](../run.conf.example) has all keys in one file.
Each example below is what is between the brackets of a run.conf.

${chapters
  .map(
    ([title, , entries]) =>
      `- [${title}](#${title.toLowerCase().replaceAll(' ', '-')}): ` +
      `${entries.map(([key]) => `[\`${key}\`](#${key})`).join(', ')}`,
  )
  .join('\n')}`;
}

function chapterText([title, text, entries], keys) {
  const parts = [
    `## ${title}`,
    text,
    title === 'Switches' ? typeTable() : '',
    ...entries.map((entry) => keyText(entry, keys)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function typeTable() {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const types = instanceTypes.map((type) =>
    row([type, ...switchNames.map((name) => (switchTable[name].on.includes(type) ? 'yes' : 'no'))]),
  );
  return [row(['type', ...switchNames]), row(['---', ...switchNames.map(() => '---')]), ...types].join('\n');
}

function keyText([key, example, more = ''], keys) {
  const schema = keys[key];
  const inner = schema.items?.properties ?? schema.properties ?? {};
  const lines = [
    `### ${key}`,
    [prose(schema.description), more].filter((part) => part !== '').join(' '),
    `*${facts(schema)}*`,
  ];
  if (Object.keys(inner).length > 0)
    lines.push(
      Object.entries(inner)
        .map(([name, each]) => `- \`${name}\` (${facts(each)}): ${prose(each.description ?? '')}`)
        .join('\n'),
    );
  return [...lines, `\`\`\`json\n${example}\n\`\`\``].join('\n\n');
}

/** A name in angle brackets would be taken for a tag. */
const prose = (text) => text.replaceAll('<', '\\<');

const words = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

function facts(schema) {
  const types = [schema.type ?? 'string'].flat().map((type) => (type === 'array' ? listOf(schema.items) : words[type]));
  const bounds =
    schema.minimum === undefined || schema.maximum === undefined ? [] : [`${schema.minimum} to ${schema.maximum}`];
  const examples = (schema.examples ?? []).map((value) => `\`${JSON.stringify(value)}\``);
  return [
    [...new Set(types)].join(', or '),
    ...bounds,
    ...(schema.enum === undefined ? [] : [`one of ${schema.enum.join(', ')}`]),
    ...(examples.length === 0 ? [] : [`such as ${examples.join(', ')}`]),
  ].join('; ');
}

function listOf(items = {}) {
  const names = { string: 'texts', integer: 'whole numbers', object: 'objects' };
  const types = [items.type ?? 'string'].flat();
  return `list of ${types.map((type) => names[type]).join(' and ')}`;
}
