import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';
import { runConfSchema } from '../../../../src/lib/project/conf/run-conf-schema.ts';
import { generated } from '../../../../scripts/run-conf-schema.mjs';

const at = (path: string): URL => new URL(`../../../../${path}`, import.meta.url);
const problems = (text: string): readonly unknown[] => parseRunConf('run.conf', text).problems;
const wrong: readonly [
  title: string,
  text: string,
  problem: { where: string; message: string; suggestion?: string },
][] = [
  [
    'an empty file',
    '',
    { where: 'run.conf:1:1', message: 'the file is empty', suggestion: 'for a project without instances write []' },
  ],
  [
    'nothing but comments',
    '# nothing\n',
    { where: 'run.conf:1:1', message: 'the file is empty', suggestion: 'for a project without instances write []' },
  ],
  [
    'an object in place of a list',
    '{}',
    {
      where: 'run.conf:1:1',
      message: 'run.conf is an object; it must be a list in [ ]',
      suggestion: 'write [{ "service": "…" }, …]',
    },
  ],
  [
    'an entry that is none',
    '["web"]',
    { where: 'run.conf:1:2', message: 'this entry is "web"; it must be an object in { }' },
  ],
  [
    'an entry without a service',
    '[\n  {"instance": "one"}\n]',
    { where: 'run.conf:2:3', message: 'this entry has no "service"', suggestion: 'add "service": …' },
  ],
  [
    'an unknown key',
    '[{"service": "web",\n "publish_port": true}]',
    { where: 'run.conf:2:2', message: 'unknown key "publish_port"', suggestion: 'did you mean "publish_ports"?' },
  ],
  [
    'a key of Compose',
    '[{"service": "web", "environment": {}}]',
    { where: 'run.conf:1:21', message: 'unknown key "environment"', suggestion: 'did you mean "env_vars"?' },
  ],
  [
    'a type that is none',
    '[{"service": "web", "instance_type": "Persistant"}]',
    {
      where: 'run.conf:1:38',
      message: '"instance_type" is "Persistant"; it must be "standard", "published", "persistent", "master" or "debug"',
      suggestion: 'did you mean "persistent"?',
    },
  ],
  [
    'a switch as text',
    '[{"service": "web", "publish_ports": "True"}]',
    {
      where: 'run.conf:1:38',
      message: '"publish_ports" is "True"; it must be true or false',
      suggestion: 'write true',
    },
  ],
  [
    'a word of Python',
    '[{"service": "web", "linked": False}]',
    { where: 'run.conf:1:31', message: 'False is not a JSON value', suggestion: 'write false' },
  ],
  [
    'single quotes',
    '[{"service": \'web\'}]',
    {
      where: 'run.conf:1:14',
      message: 'strings are written in double quotes, not in single ones',
      suggestion: 'write "web"',
    },
  ],
  [
    'a key without quotes',
    '[{service: "web"}]',
    { where: 'run.conf:1:3', message: 'service is not in quotes', suggestion: 'write "service"' },
  ],
  [
    'a missing comma',
    '[{"service": "web"}\n {"service": "db"}]',
    { where: 'run.conf:2:2', message: 'a "," is missing before this' },
  ],
  [
    'a list that is not closed',
    '[{"service": "web"}\n',
    { where: 'run.conf:2:1', message: 'a "]" is missing before this' },
  ],
  [
    'text that is not closed',
    '[{"service": "web}]',
    { where: 'run.conf:1:14', message: 'this string is not closed: a double quote is missing' },
  ],
  [
    'a key twice',
    '[{"service": "web", "sleep": 1, "sleep": 2}]',
    { where: 'run.conf:1:33', message: 'the key "sleep" appears twice in one object', suggestion: 'keep one of them' },
  ],
  [
    'a negative sleep',
    '[{"service": "web", "sleep": -1}]',
    { where: 'run.conf:1:30', message: '"sleep" is -1; it must be at least 0' },
  ],
  [
    'a truth value as a variable',
    '[{"service": "web", "env_vars": {"DEBUG": true}}]',
    {
      where: 'run.conf:1:43',
      message: '"env_vars.DEBUG" is true; it must be a string in double quotes, a number or null',
      suggestion: 'write "True"',
    },
  ],
  [
    'a name that is no variable',
    '[{"service": "web", "env_vars": {"A B": "1"}}]',
    {
      where: 'run.conf:1:34',
      message: '"A B" is not a valid name in "env_vars"',
      suggestion: 'write a name like DB_HOST',
    },
  ],
  [
    'a link without its name',
    '[{"service": "web", "links": ["db-one"]}]',
    {
      where: 'run.conf:1:31',
      message: '"links[0]" is "db-one", which is not valid',
      suggestion: 'write it like "postgres-master:db" or {"name":"db","service":"postgres","instance":null}',
    },
  ],
  [
    'a link with a wrong key',
    '[{"service": "web", "links": [{"name": "a", "service": "b", "instnce": null}]}]',
    { where: 'run.conf:1:61', message: 'unknown key "instnce" in "links[0]"', suggestion: 'did you mean "instance"?' },
  ],
  [
    'a port that is none',
    '[{"service": "web", "ports": ["http"]}]',
    {
      where: 'run.conf:1:31',
      message: '"ports[0]" is "http", which is not valid',
      suggestion: 'write it like "8080:80" or "127.0.0.1:53:53/udp"',
    },
  ],
  [
    'a size that is none',
    '[{"service": "web", "mem_limit": "lots"}]',
    {
      where: 'run.conf:1:34',
      message: '"mem_limit" is "lots", which is not valid',
      suggestion: 'write it like "512m" or "2g"',
    },
  ],
  [
    'a service with underscores',
    '[{"service": "my_web"}]',
    {
      where: 'run.conf:1:3',
      message:
        'the service name "my_web" is not a valid host name: use up to 63 lower-case letters, digits and inner "-"',
      suggestion: 'write "my-web"',
    },
  ],
  [
    'an instance in upper case',
    '[{"service": "web", "instance": "One"}]',
    {
      where: 'run.conf:1:21',
      message:
        'the instance name "One" is not a valid host name: use up to 63 lower-case letters, digits and inner "-"',
      suggestion: 'write "one"',
    },
  ],
  [
    'an instance twice',
    '[{"service": "web", "instance": "a"},\n {"service": "web", "instance": "a"}]',
    {
      where: 'run.conf:2:2',
      message: 'there is another entry for web-a, at run.conf:1:2',
      suggestion: 'merge the two, or give this one another "instance"',
    },
  ],
  [
    'two nameless entries of a service',
    '[{"service": "web"},\n {"service": "web", "instance": null}]',
    {
      where: 'run.conf:2:2',
      message: 'there is another entry for web without an instance name, at run.conf:1:2',
      suggestion: 'merge the two, or give this one another "instance"',
    },
  ],
  [
    'two instances that would share a name',
    '[{"service": "a-b", "instance": "c"},\n {"service": "a", "instance": "b-c"}]',
    {
      where: 'run.conf:2:2',
      message: 'the name a-b-c is also that of service "a-b", instance "c" at run.conf:1:2',
      suggestion: 'give one of them another "instance"',
    },
  ],
  [
    'a service with the name of an instance',
    '[{"service": "web", "replicas": 2},\n {"service": "web-2"}]',
    {
      where: 'run.conf:2:2',
      message: 'the name web-2 is also that of instance "2" of service "web", at run.conf:1:2',
      suggestion: 'give the service another name, or the instance',
    },
  ],
  [
    'an instance with the name of a service',
    '[{"service": "web-one"},\n {"service": "web", "instance": "one"}]',
    {
      where: 'run.conf:2:2',
      message: 'the name of instance "one" of service "web", web-one, is also that of a service, at run.conf:1:2',
      suggestion: 'give the service another name, or the instance',
    },
  ],
  [
    'entries that want one image to be two, without secrets',
    '[{"service": "web", "instance": "a", "build_args": {"NPM_TOKEN": "x1"}}, ' +
      '{"service": "web", "instance": "b", "build_args": {"NPM_TOKEN": "x2"}}]',
    {
      where: 'run.conf:1:125',
      message: '"build_args.NPM_TOKEN" is one value here and another at run.conf:1:53, but service web has one image',
      suggestion: 'use one value, or make two services of it',
    },
  ],
  [
    'entries that want one image to be two',
    '[{"service": "web", "instance": "a", "build_args": {"V": 1}}, ' +
      '{"service": "web", "instance": "b", "build_args": {"V": 2}}]',
    {
      where: 'run.conf:1:114',
      message: '"build_args.V" is "2" here and "1" at run.conf:1:53, but service web has one image',
      suggestion: 'use one value, or make two services of it',
    },
  ],
  [
    'a service that is called as all of them are',
    '[{"service": "all"}]',
    {
      where: 'run.conf:1:3',
      message: 'a service cannot be called "all": in commands this word means all services',
      suggestion: 'choose another name',
    },
  ],
  [
    'a job that the engine would start again',
    '[{"service": "migrate", "wait": "completed"}]',
    {
      where: 'run.conf:1:25',
      message: '"wait": "completed" needs "restart": "no", or the engine would start the job again when it has ended',
      suggestion: 'write "restart": "no"',
    },
  ],
  [
    'two names of one key that disagree',
    '[{"service": "web", "autostart": true, "autorun": false}]',
    {
      where: 'run.conf:1:40',
      message: '"autostart" and "autorun" have different values, but are two names of one key',
      suggestion: 'keep "autostart"',
    },
  ],
  [
    'a host name that Linux does not take',
    `[{"service": "web", "hostname": "${'a-rather-long-name.'.repeat(4)}org"}]`,
    {
      where: 'run.conf:1:21',
      message: '"hostname" has 79 characters; the limit of Linux is 64',
      suggestion: 'shorten it, or remove it: names in the DNS do not depend on it',
    },
  ],
  [
    'a host name that is none',
    '[{"service": "web", "hostname": "a_b.org"}]',
    {
      where: 'run.conf:1:21',
      message: '"hostname" is "a_b.org", which is not a valid host name',
      suggestion: 'write "a-b.org"',
    },
  ],
];

describe('run.conf', () => {
  for (const [title, text, problem] of wrong) {
    it(`says where and what: ${title}`, () => {
      expect(problems(text)).to.deep.equal([problem]);
    });
  }

  it('refuses extra_args and names the keys to use', () => {
    const [problem] = parseRunConf('run.conf', '[{"service": "web", "extra_args": "--privileged"}]').problems;
    expect(problem).to.include({ where: 'run.conf:1:21', message: 'the key "extra_args" is no longer supported' });
    expect(problem?.suggestion).to.include('"volumes", "ports"').and.include('"cap_add"');
  });

  it('reports all problems of a file in the order of its lines', () => {
    const text = '[\n {"service": "Web", "sleep": "x"},\n {"instance": 5, "foo": 1}\n]';
    expect(parseRunConf('run.conf', text).problems.map(({ where }) => where)).to.deep.equal([
      'run.conf:2:3',
      'run.conf:2:30',
      'run.conf:3:2',
      'run.conf:3:15',
      'run.conf:3:18',
    ]);
  });

  it('reports other problems, too, when only commas are missing', () => {
    expect(
      parseRunConf('run.conf', '[{"service": "web"} {"service": "db" "x": 1}]').problems.map(({ message }) => message),
    ).to.deep.equal(['a "," is missing before this', 'unknown key "x"']);
  });

  it('has both kinds of comments and trailing commas, and keeps # and // in strings', () => {
    const { conf, problems: found } = parseRunConf(
      'run.conf',
      '\uFEFF# a "quoted" comment\n' +
        '[ // "another\n' +
        ' {"service": "web", # x\n' +
        ' "env_vars": {"A": "#1 // 2",}, /* { */ },\n' +
        ']\n' +
        '# end',
    );
    expect(found).to.deep.equal([]);
    expect(conf.entries[0]?.values.env_vars).to.deep.equal({ A: '#1 // 2' });
  });

  it('keeps the place of every key', () => {
    const { conf } = parseRunConf(
      'run.conf',
      '[ {"service": "web",\n  "env_vars": {"A": "1", "B": "2"}, "links": ["db-one:a", "db-two:b"]} ]',
    );
    expect(conf.entries[0]?.where).to.equal('run.conf:1:3');
    expect(conf.entries[0]?.places).to.include({
      service: 'run.conf:1:4',
      env_vars: 'run.conf:2:3',
      'env_vars.B': 'run.conf:2:26',
      'links.1': 'run.conf:2:59',
    });
  });

  it('keeps numbers of variables as written', () => {
    const { conf } = parseRunConf(
      'run.conf',
      '[{"service": "web", "env_vars": {"V": 1.10}, "build_args": {"W": 1e3}, "sleep": 1.50}]',
    );
    expect(conf.entries[0]?.values).to.deep.include({ env_vars: { V: '1.10' }, build_args: { W: '1e3' }, sleep: 1.5 });
  });

  it('has no keys that every object has', () => {
    expect(
      parseRunConf('run.conf', '[{"service": "web", "__proto__": {"x": 1}, "constructor": 1}]').problems.map(
        ({ message }) => message,
      ),
    ).to.deep.equal(['unknown key "__proto__"', 'unknown key "constructor"']);
  });
});

describe('run.conf, for any text', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    '"service"',
    '"instance"',
    '"web"',
    '"links"',
    '"env_vars"',
    'null',
    'true',
    '-1',
    '"',
    '#',
    '//',
    '/*',
    '\n',
    '\\',
    "'",
    'x',
    '\uFEFF',
    '"__proto__"',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    fc.json(),
  );

  it('throws nothing, and reports places in the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { where = '' } of parseRunConf('run.conf', text).problems) {
          const [, line = '0', column = '0'] = /^run\.conf:(\d+):(\d+)$/.exec(where) ?? [];
          const lines = text.split('\n');
          expect(Number(line)).to.be.within(1, lines.length);
          expect(Number(column)).to.be.within(1, (lines[Number(line) - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reports a wrong key at its place, after any text', () => {
    const filler = fc
      .array(fc.constantFrom(' ', '\n', '# "x" {\n', '// [\n', '/* , */', '\t'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(filler, filler, filler, (a, b, c) => {
        const text = `${a}[${b}{"service": "web",${c}"wrong": 1}]`;
        const before = text.slice(0, text.indexOf('"wrong"'));
        const [line, column] = [before.split('\n').length, before.length - before.lastIndexOf('\n')];
        const where = `run.conf:${String(line)}:${String(column)}`;
        expect(parseRunConf('run.conf', text).problems.map((problem) => problem.where)).to.deep.equal([where]);
      }),
    );
  });
});

describe('the files about run.conf in the package', () => {
  it('are made from the schema: run `node scripts/run-conf-schema.mjs` when this fails', () => {
    for (const [path, text] of Object.entries(generated()))
      expect(readFileSync(at(path), 'utf8') === text, path).to.equal(true);
  });

  it('have a valid example with every key', () => {
    const text = readFileSync(at('run.conf.example'), 'utf8');
    const { conf, problems: found } = parseRunConf('run.conf.example', text);
    expect(found).to.deep.equal([]);
    const shown = new Set(conf.entries.flatMap(({ values }) => Object.keys(values)));
    expect(Object.keys(runConfSchema.items?.properties ?? {}).filter((key) => !shown.has(key))).to.deep.equal([]);
  });

  it('have a description of every key', () => {
    expect(
      Object.entries(runConfSchema.items?.properties ?? {})
        .filter(([, schema]) => (schema.description ?? '') === '')
        .map(([key]) => key),
    ).to.deep.equal([]);
  });
});
