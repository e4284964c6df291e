import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { DockeropsError } from '../../../../src/lib/errors.ts';
import { parseComposeFile } from '../../../../src/lib/project/compose/compose-file.ts';
import { importCompose, type ComposeImport } from '../../../../src/lib/project/compose/import-compose.ts';
import { interpolate } from '../../../../src/lib/project/compose/interpolate.ts';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';

function imported(
  text: string,
  variables: Readonly<Record<string, string>> = {},
  missing: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): ComposeImport {
  return importCompose(parseComposeFile('compose.yaml', text), {
    variables,
    hasFile: (path) => !missing.includes(path),
    readFile: (path) => files[path],
  });
}

function entries(result: ComposeImport): readonly Readonly<Record<string, unknown>>[] {
  const { conf, problems } = parseRunConf('run.conf', result.runConf);
  expect(problems).to.deep.equal([]);
  return conf.entries.map(({ values }) => ({ ...values }));
}

/** The keys that one service gives, beside its name. */
function keys(lines: string, variables: Readonly<Record<string, string>> = {}): Readonly<Record<string, unknown>> {
  const text =
    'services:\n' +
    '  app:\n' +
    '    image: x\n' +
    `${lines.replaceAll(/^(?=.)/gm, '    ')}\n` +
    '  db:\n' +
    '    image: x\n' +
    'secrets:\n' +
    '  key: {file: ./key.txt}\n' +
    '  token: {environment: TOKEN}\n' +
    '  far: {external: true}\n';
  const [{ service: _service, instance: _instance, image: _image, ...values } = {}] = entries(
    imported(text, variables),
  );
  return values;
}

const droppedOf = (lines: string): readonly string[] =>
  imported(`services:\n  app:\n    image: x\n${lines.replaceAll(/^(?=.)/gm, '    ')}`).dropped.map(
    ({ where, message }) => `${where} ${message}`,
  );

describe('importing a compose file', () => {
  for (const [title, lines, expected] of [
    [
      'a map of variables, numbers and truths as text',
      'environment: {A: x, B: 1, C: true, D: "$$HOME"}',
      { env_vars: { A: 'x', B: '1', C: 'true', D: '$HOME' } },
    ],
    ['a list of variables', 'environment: ["A=x=y", "B="]', { env_vars: { A: 'x=y', B: '' } }],
    [
      'the default of a variable of the same name',
      'environment: {A: "${A:-x}", B: "${B-}"}',
      { env_vars: { A: 'x', B: '' } },
    ],
    [
      'ports in both forms, published',
      'ports: ["8080:80", 9000, {target: 53, published: "5353", protocol: udp, host_ip: 127.0.0.1}]',
      { publish_ports: true, ports: ['8080:80', '9000', '127.0.0.1:5353:53/udp'] },
    ],
    [
      'folders, volumes and memory',
      'volumes: ["./a:/a:ro", "./.b:/e", "../b:/b", ".:/c", "v:/v", "/abs:/x:rw", {type: bind, source: d, target: ' +
        '/d, read_only: true}, {type: tmpfs, target: /t}]\n' +
        'tmpfs: /tmp',
      {
        volumes: [
          '$PROJECT_DIR/a:/a:ro',
          '$PROJECT_DIR/.b:/e',
          '../b:/b',
          '$PROJECT_DIR:/c',
          'v:/v',
          '/abs:/x',
          '$PROJECT_DIR/d:/d:ro',
        ],
        tmpfs: ['/t', '/tmp'],
      },
    ],
    ['a list of what must be there before', 'depends_on: [db]', { depends_on: ['db'] }],
    ['a map of what must be there before', 'depends_on: {db: {condition: service_healthy}}', { depends_on: ['db'] }],
    [
      'links by another name',
      'links: ["db:database", db]',
      {
        links: [
          { name: 'database', service: 'db', instance: 'main' },
          { name: 'db', service: 'db', instance: 'main' },
        ],
      },
    ],
    [
      'a healthcheck',
      'healthcheck: {test: "curl localhost", interval: 1m30s, retries: 3}',
      { healthcheck: { test: 'curl localhost', interval: '1m30s', retries: 3 } },
    ],
    ['a healthcheck that is turned off', 'healthcheck: {test: [NONE]}', { healthcheck: { disable: true } }],
    ['commands as they are', 'command: ["a", "b c"]', { seed_command: ['a', 'b c'] }],
    ['no replica at all as an instance that run:all does not start', 'scale: 0', { autostart: false }],
    ['restart, also where YAML takes no for a truth', 'restart: no', { restart: 'no' }],
    [
      'the first profile as a group that is not started with all',
      'profiles: [dev]',
      { group: 'dev', autostart: false },
    ],
    [
      'secrets of files and variables',
      'secrets: [key, {source: token, target: /run/secrets/t}]',
      {
        secrets: [
          { name: 'key', file: 'key.txt' },
          { name: 't', variable: 'TOKEN' },
        ],
      },
    ],
    [
      'limits',
      'ulimits: {nofile: 1024}\nmem_limit: 1g\ndeploy: {resources: {limits: {cpus: "0.5"}}}',
      { ulimits: { nofile: 1024 }, mem_limit: '1g', cpus: '0.5' },
    ],
    [
      'what a process may',
      'cap_add: [NET_ADMIN]\ncap_drop: [ALL]\nuser: 1000\nread_only: true\ninit: true',
      { cap_add: ['NET_ADMIN'], cap_drop: ['ALL'], user: '1000', read_only: true, init: true },
    ],
    [
      'hosts in both forms',
      'extra_hosts: ["a:192.0.2.1", "b=192.0.2.2"]',
      { extra_hosts: ['a:192.0.2.1', 'b:192.0.2.2'] },
    ],
    ['the network of the host', 'network_mode: host', { network_mode: 'host' }],
    [
      'names in all of its networks, and that of its container',
      'container_name: my_app\nnetworks: {front: {aliases: [www, api]}, back: {aliases: [www]}}',
      { aliases: ['my_app', 'www', 'api'] },
    ],
    [
      'a published port without an address',
      'ports: [":443:443", ":53:53/udp"]',
      { publish_ports: true, ports: ['443:443', '53:53/udp'] },
    ],
    [
      'volumes with options that mean nothing here',
      'volumes: ["v:/v:z", "v:/w:ro,Z"]',
      { volumes: ['v:/v', 'v:/w:ro'] },
    ],
    [
      'where it runs and with what',
      'working_dir: /app\nprivileged: true\nruntime: nvidia\nsecurity_opt: ["no-new-privileges:true"]\ndns: 192.0.2.53',
      {
        working_dir: '/app',
        privileged: true,
        runtime: 'nvidia',
        security_opt: ['no-new-privileges:true'],
        dns: ['192.0.2.53'],
      },
    ],
    [
      'where its output goes',
      'logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}',
      { logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': 3 } } },
    ],
    [
      'numbers as they are written',
      'environment: {ID: 123456789012345678, MODE: 022, V: 1.10, N: 42, E: 1e3, X: 0x1F}\ncpus: 0.50',
      {
        env_vars: { ID: '123456789012345678', MODE: '022', V: '1.10', N: '42', E: '1e3', X: '0x1F' },
        cpus: '0.50',
      },
    ],
    ['labels, and nothing of extensions', 'labels: {team: web}\nx-note: {a: 1}', { labels: { team: 'web' } }],
  ] as const) {
    it(`converts ${title}`, () => {
      expect(keys(lines)).to.deep.equal(expected);
    });
  }

  for (const [lines, expected] of [
    ['isolation: x', 'compose.yaml:4:5 app: "isolation" is not supported'],
    ['ports: ["80", "[::1]:80:80"]', 'compose.yaml:4:19 app: the port [::1]:80:80 is not supported'],
    ['volumes: ["~/a:/a"]', 'compose.yaml:4:15 app: ~/a depends on who runs the command'],
    [
      'depends_on:\n  nix:\n    condition: service_started',
      'compose.yaml:5:7 app: there is no service nix in this file',
    ],
    ['deploy: {replicas: -1}', 'compose.yaml:4:5 app: "deploy" cannot be converted: "replicas" is -1'],
    ['network_mode: "service:db"', 'compose.yaml:4:5 app: the network mode service:db is not supported'],
    [
      'networks: {front: {ipv4_address: 10.0.0.2}}',
      'compose.yaml:4:24 app: "ipv4_address" of a network is not supported',
    ],
    ['environment: {SERVICE: x}', 'compose.yaml:4:19 app: dockerops sets SERVICE itself'],
    ['environment: [TOKEN]', 'compose.yaml:4:19 app: TOKEN has no value here'],
    ['stop_grace_period: soon', 'compose.yaml:4:5 app: "stop_grace_period" cannot be converted'],
    [
      'secrets: [far]',
      'compose.yaml:4:15 app: the value of the secret far comes neither from a file nor from a variable',
    ],
  ] as const) {
    it(`reports what it cannot convert: ${lines.split('\n')[0] ?? ''}`, () => {
      const [first = '', ...others] = droppedOf(lines);
      expect(first.startsWith(expected), first).to.equal(true);
      expect(others).to.deep.equal([]);
    });
  }

  it('puts values that come from .env into host.conf, which is not committed', () => {
    const { hostValues, runConf, converted } = imported(
      'services:\n' +
        '  app:\n' +
        '    image: "app:${TAG:-1}"\n' +
        '    environment: {PASSWORD: "${DB_PASSWORD}", URL: "pg://${DB_PASSWORD}@db"}\n',
      { DB_PASSWORD: 's3cret', TAG: '2' },
    );
    expect(hostValues).to.deep.equal({ PASSWORD: 's3cret', URL: 'pg://s3cret@db' });
    expect(runConf).not.to.contain('s3cret');
    expect(runConf).to.contain('"PASSWORD": null').and.to.contain('app:2');
    expect(converted.map(({ message }) => message)).to.include('this is now "app:2", with TAG from .env');
  });

  it('gives a service an env file of its own for values of .env that are not those of all services', () => {
    const service = (name: string, values: readonly string[]): string => {
      const variables = ['LITERAL', 'DEFAULT', 'FILE', 'SAME'].map((key, index) => `${key}: ${values[index] ?? ''}`);
      return `  ${name}:\n    image: x\n    environment:\n${variables.map((line) => `      ${line}\n`).join('')}`;
    };
    const text =
      'services:\n' +
      `${service('db', ['$PW', '$APP', '$PW', '$APP'])}${service('test', ['test', '${OTHER:-other}', '$APP', 'real'])}`;
    const result = imported(text, { PW: 's3cret', APP: 'real' });
    expect(result.hostValues).to.deep.equal({ SAME: 'real' });
    expect(result.envFiles).to.deep.equal({
      'imported-env/db.env': { LITERAL: 's3cret', DEFAULT: 'real', FILE: 's3cret' },
      'imported-env/test.env': { FILE: 'real' },
    });
    const [db, test] = entries(result);
    expect(db).to.deep.include({ env_vars: { SAME: null }, env_file: ['imported-env/db.env'] });
    expect(test).to.deep.include({ env_file: ['imported-env/test.env'] });
    expect(result.converted.map(({ message }) => message)).to.include.members([
      'db: the value of SAME is now in host.conf, since it comes from .env',
      'db: the value of FILE is now in imported-env/db.env, since services have different values and host.conf has ' +
        'one for all of them',
    ]);
    expect(result.dropped).to.deep.equal([]);
    expect(result.runConf).to.not.contain('s3cret');
  });

  it('puts no value into host.conf that would beat the env_file of another service', () => {
    const text =
      'services:\n  db: {image: x, environment: {P: "$PW"}}\n  web: {image: x, env_file: [a.env, web.env]}\n';
    const result = imported(text, { PW: 'one' }, [], { 'a.env': '', 'web.env': 'P=own\n' });
    expect(result.hostValues).to.deep.equal({});
    expect(result.envFiles).to.deep.equal({ 'imported-env/db.env': { P: 'one' } });
    expect(entries(result)[1]).to.deep.include({ env_file: ['a.env', 'web.env'] });
  });

  it('writes out the values of an env_file that name others, as Compose does', () => {
    const text =
      'services:\n  web: {image: x, env_file: [a.env, {path: b.env}, {path: raw.env, format: raw}]}\n' +
      '  other: {image: x, env_file: c.env}\n';
    const result = imported(text, { HOST: 'db.local' }, [], {
      'a.env': 'U=shop\nURL=pg://${U}@$HOST/x\nLITERAL=\'$U\'\nESCAPED="\\$U $$U"\n',
      'b.env': 'V="${U}-${NONE:-b}"\nGONE=${NONE}\n',
      'raw.env': 'RAW=$U\n',
      'c.env': 'PLAIN=x\n',
    });
    expect(result.envFiles).to.deep.equal({
      'imported-env/web.env': {
        U: 'shop',
        URL: 'pg://shop@db.local/x',
        LITERAL: '$U',
        ESCAPED: '$U $U',
        V: 'shop-b',
        GONE: '',
        RAW: '$U',
      },
    });
    expect(entries(result).map(({ env_file }) => env_file)).to.deep.equal([['imported-env/web.env'], ['c.env']]);
    expect(result.converted.map(({ message }) => message)).to.include(
      'web: imported-env/web.env is used in place of a.env, b.env, raw.env: values that name others ' +
        '(URL, ESCAPED, V, GONE) are written out',
    );
    expect(result.dropped.map(({ message }) => message)).to.deep.equal([
      'web: the value of GONE in b.env needs NONE, which has no value here',
    ]);
  });

  it('links a renamed service to those that use its old name, or gives it the name where that is a circle', () => {
    const result = imported(
      'services:\n' +
        '  app_db: {image: x, environment: {PEER: "http://web:80", API: "http://the_api/"}}\n' +
        '  web: {image: x, environment: {DB_HOST: app_db, OTHER: my_app_db}}\n' +
        '  job: {image: x, command: "wait app_db:5432", env_file: job.env}\n' +
        '  the_api: {image: x, depends_on: [app_db]}\n',
      {},
      [],
      { 'job.env': 'A=http://the_api\nB=$A\n' },
    );
    const link = (name: string): object => ({ name, service: name.replace('_', '-'), instance: 'main' });
    expect(entries(result).map(({ service, links }) => [service, links])).to.deep.equal([
      ['app-db', undefined],
      ['web', [link('app_db')]],
      ['job', [link('app_db'), link('the_api')]],
      ['the-api', [link('app_db')]],
    ]);
    expect(entries(result).find(({ service }) => service === 'the-api')).to.deep.include({ aliases: ['the_api'] });
    expect(result.dropped).to.deep.equal([]);
  });

  it('makes copies of a service with replicas, to any of which links lead', () => {
    const result = imported(
      'services:\n' +
        '  web: {image: x, deploy: {replicas: 3}}\n' +
        '  job: {image: x, scale: 2}\n' +
        '  app: {image: x, links: [web]}\n',
    );
    expect(entries(result).map(({ service, instance }) => [service, instance].join(' '))).to.deep.equal([
      'web 1',
      'web 2',
      'web 3',
      'job 1',
      'job 2',
      'app main',
    ]);
    expect(entries(result).at(-1)?.links).to.deep.equal([{ name: 'web', service: 'web', instance: null }]);
  });

  it('lists first what matters most, and once what several services lose', () => {
    const result = imported(
      'services:\n' +
        ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `  ${name}: {image: x, isolation: x}\n`).join('') +
        '  h: {image: x, volumes: ["~/h:/h"], isolation: x}\n  i: {ports: ["80"]}\n',
    );
    expect(result.dropped.map(({ where, message }) => `${where} ${message}`)).to.deep.equal([
      'compose.yaml:10:3 i: the service has neither "build" nor "image", so it is left out',
      'compose.yaml:9:27 h: ~/h depends on who runs the command',
      'compose.yaml:2:17 a, b, c, d, e and 3 more: "isolation" is not supported',
    ]);
  });

  it('says once what several networks become', () => {
    const result = imported(
      'services:\n  web: {image: x, networks: [front, back]}\n  db: {image: x, networks: [back]}\n' +
        'networks: {front: {driver: bridge}, back: {internal: true}}\nvolumes: {v: {driver: local}}\n',
    );
    expect(result.dropped.map(({ message }) => message)).to.deep.equal([
      'front, back are one network here: all instances reach each other',
      'the settings of the network back (internal) are not supported',
    ]);
  });

  it('reads thousands of aliases, and refuses a file that expands without bounds', () => {
    const many = Array.from({ length: 2000 }, (_, index) => `  s${String(index)}: {<<: *x}\n`).join('');
    expect(imported(`x-x: &x {image: x}\nservices:\n${many}`).services).to.have.length(2000);
    const levels = Array.from(
      { length: 40 },
      (_, level) => `x-${level}: &a${level} [*a${level - 1}, *a${level - 1}]\n`,
    );
    const laughs = `x-: &a-1 [x, x]\n${levels.join('')}services: {app: {image: x, command: *a39}}\n`;
    expect(() => imported(laughs)).to.throw(DockeropsError, 'it expands to more than 200000 values');
  });

  it('renames a service whose name is not a host name, and links the others to it by its old name', () => {
    const result = imported(
      'services:\n' +
        '  My_DB: {image: x}\n' +
        '  my-db: {image: x}\n' +
        '  all: {image: x}\n' +
        '  app: {image: x, depends_on: [My_DB]}\n',
    );
    expect(result.services).to.deep.equal(['my-db-2', 'my-db', 'all-2', 'app']);
    expect(entries(result)[3]).to.deep.include({
      depends_on: ['my-db-2'],
      links: [{ name: 'My_DB', service: 'my-db-2', instance: 'main' }],
    });
  });

  it('renames a service that has the name of an instance which the import makes', () => {
    expect(
      imported('services:\n  web: {image: x}\n  web-main: {image: x}\n  db-main: {image: x}\n').services,
    ).to.deep.equal(['web', 'web-main-2', 'db-main']);
  });

  it('gives each service its own name, also where the old one is invalid or that of a base service', () => {
    expect(
      imported('services:\n  " ": {image: x}\n  "!": {image: x}\n  dockerops-dns: {image: x}\n  service: {image: x}\n')
        .services,
    ).to.deep.equal(['service-2', 'service-3', 'dns', 'service']);
  });

  it('makes a job of a service that others wait for until it has completed', () => {
    const job = 'condition: service_completed_successfully';
    const result = imported(
      'services:\n  data_init: {image: x, restart: on-failure}\n  web: {image: x, restart: always, ' +
        `depends_on: {data_init: {${job}}}}\n`,
    );
    expect(entries(result)).to.deep.equal([
      { service: 'data-init', instance: 'main', image: 'x', restart: 'no', wait: 'completed' },
      {
        service: 'web',
        instance: 'main',
        image: 'x',
        restart: 'always',
        depends_on: ['data-init'],
        links: [{ name: 'data_init', service: 'data-init', instance: 'main' }],
      },
    ]);
    expect(result.dropped).to.deep.equal([]);
    expect(result.converted.map(({ message }) => message).join()).to.contain('data-init: "restart" is "no"');
  });

  it('resolves anchors and merge keys', () => {
    const [first] = entries(
      imported('x-a: &a {restart: always, user: "7"}\nservices:\n  app:\n    <<: *a\n    image: x\n    user: "8"\n'),
    );
    expect(first).to.include({ restart: 'always', user: '8' });
  });

  it('links a folder with a Dockerfile, copies one with a Dockerfile elsewhere, writes one for an entrypoint', () => {
    const { folders } = imported(
      'services:\n' +
        '  a: {build: ./a/}\n' +
        '  b: {build: {context: b, dockerfile: Dockerfile.prod}}\n' +
        '  c: {build: {dockerfile_inline: "FROM x"}}\n' +
        '  d: {image: x, entrypoint: /run.sh now}\n',
    );
    expect(folders).to.deep.equal([
      { service: 'a', kind: 'link', context: 'a' },
      { service: 'b', kind: 'copy', context: 'b', dockerfile: { file: 'Dockerfile.prod' } },
      { service: 'c', kind: 'copy', context: '.', dockerfile: { text: 'FROM x' } },
      { service: 'd', kind: 'new', text: 'FROM x\nENTRYPOINT ["/run.sh","now"]\n' },
    ]);
  });

  it('builds the target of a build', () => {
    const [first] = entries(imported('services:\n  a: {build: {context: ./a/, target: prod}}\n'));
    expect(first).to.include({ service: 'a', target: 'prod' });
  });

  it('leaves out a service without a folder, also where others depend on it', () => {
    const result = imported(
      'services:\n  a: {build: ./gone}\n  b: {image: x, depends_on: [a]}\n  c: {build: "https://x/y.git"}\n',
      {},
      ['gone/Dockerfile'],
    );
    expect(result.services).to.deep.equal(['b']);
    expect(entries(result)[0]).not.to.have.property('depends_on');
    expect(result.dropped.map(({ message }) => message)).to.deep.equal([
      'a: gone/Dockerfile does not exist, so the service is left out',
      'c: the build context https://x/y.git is not a local folder, so the service is left out',
    ]);
  });

  /** Nine times the line before in each line: what they stand for grows without end. */
  function aliasesOfAliases(count: number): string {
    const lines = Array.from({ length: count }, (_, index) => {
      const before = index === 0 ? '*a' : `*b${String(index - 1)}`;
      return `b${String(index)}: &b${String(index)} [${Array.from({ length: 9 }, () => before).join(',')}]\n`;
    });
    return `a: &a [x]\n${lines.join('')}`;
  }

  for (const [title, text, message] of [
    ['no YAML', 'a: [', /^compose\.yaml cannot be read$/],
    ['no map', '- a', /cannot be read$/],
    ['no services', 'version: "3"', /has no services$/],
    ['a service that is none', 'services: {a: 1}', /cannot be read$/],
    ['aliases without end', aliasesOfAliases(12), /cannot be read/],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => imported(text))
        .to.throw(DockeropsError)
        .with.property('message')
        .that.matches(message);
    });
  }

  it('writes a valid run.conf for any services', () => {
    const names = [
      'environment',
      'ports',
      'volumes',
      'depends_on',
      'healthcheck',
      'restart',
      'command',
      'labels',
      'ulimits',
      'deploy',
      'secrets',
      'tmpfs',
      'user',
      'cpus',
      'mem_limit',
      'networks',
      'extra_hosts',
      'devices',
      'env_file',
      'build',
      'entrypoint',
      'profiles',
      'links',
      'x',
      'hostname',
      'stop_signal',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('80:80', './a:/a', 'A=1', '${X:-1}', 'db', 'no'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.oneof(fc.string(), fc.constantFrom('80', 'v:/v', 'A=1')), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom('test', 'context', 'target', 'source', 'type', 'A', 'db'),
        fc.oneof(fc.string(), fc.integer()),
        { maxKeys: 3 },
      ),
    );
    const service = fc
      .dictionary(fc.constantFrom(...names), value, { maxKeys: 6 })
      .map((keysOf) => ({ image: 'x', ...keysOf }));
    const name = fc.oneof(
      fc.constantFrom('web', 'My_App', 'all', 'dockerops-dns'),
      fc
        .string({ minLength: 1, maxLength: 8 })
        .filter((text) => !text.startsWith('x-') && text !== '<<' && text !== '__proto__'),
    );
    fc.assert(
      fc.property(fc.dictionary(name, service, { minKeys: 1, maxKeys: 3 }), (services) => {
        entries(imported(stringify({ services })));
      }),
      { numRuns: 300 },
    );
  });
});

describe('variables of a compose file', () => {
  for (const [text, expected] of [
    ['$A ${A} $$A', 'a a $A'],
    ['${N:-x} ${N-x} ${E:-x} ${E-x}', 'x x x '],
    ['${A:+y} ${N:+y}', 'y '],
    ['${N:-${A}}', 'a'],
    ['${A:?must}', 'a'],
    ['${N:-${M:-${A}}}', 'a'],
    ['${N:-{"x": 1}}', '{"x": 1}'],
    ['${N ${A}', '${N a'],
    ['${A!} ${constructor}', '${A!} '],
    ['no $ 5$', 'no $ 5$'],
    ['${N:+${N},}B', 'B'],
    ['{{{ ${N:-x} }}}', '{{{ x }}}'],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(interpolate(text, { A: 'a', E: '' }).text).to.equal(expected);
    });
  }
});
