import { expect } from 'chai';
import { DockeropsError } from '../../../../src/lib/errors.ts';
import type { YamlMap } from '../../../../src/lib/project/compose/compose-file.ts';
import { readComposeProject } from '../../../../src/lib/project/compose/compose-project.ts';

describe('a compose file with what belongs to it', () => {
  const read = (
    files: Readonly<Record<string, string>>,
    name = 'compose.yaml',
  ): ReturnType<typeof readComposeProject> => readComposeProject(name, files[name] ?? '', (path) => files[path]);
  const services = (files: Readonly<Record<string, string>>, name?: string): YamlMap =>
    read(files, name).root['services'] as YamlMap;
  const problems = (files: Readonly<Record<string, string>>): readonly string[] => {
    try {
      read(files);
    } catch (error) {
      if (!(error instanceof DockeropsError)) throw error;
      return error.problems.map(({ where = '', message }) => `${where} ${message}`);
    }
    return [];
  };

  describe('the override file beside it', () => {
    it('takes away with !reset and replaces with !override, also what a service inherits', () => {
      const files = {
        'compose.yaml':
          'services:\n  web: {image: a, ports: ["80:80"], tty: true, environment: {A: "1", B: "1"}}\n' +
          '  job:\n    extends: web\n    ports: !reset []\n    environment: !override {C: "1"}\n',
        'compose.override.yaml':
          'services:\n  web:\n    ports: !override ["81:81"]\n' +
          '    tty: !reset null\n    environment: {A: !reset null}\n',
      };
      expect(services(files)).to.deep.equal({
        web: { image: 'a', ports: ['81:81'], environment: { B: '1' } },
        job: { image: 'a', tty: true, environment: { C: '1' } },
      });
    });

    it('merges maps, joins lists, and replaces commands and single values', () => {
      const files = {
        'compose.yaml':
          'services:\n  web: {image: a, command: [x, y], ports: ["80:80"], environment: {A: "1", B: "1"},\n' +
          '    dns: 10.0.0.1, volumes: ["a:/a", "b:/b"], depends_on: [db],\n' +
          '    logging: {driver: local, options: {m: "1"}}}\n',
        'compose.override.yaml':
          'services:\n  web: {image: b, command: z, ports: ["81:81", "80:80"], environment: [B=2, C],\n' +
          '    dns: [10.0.0.2], ' +
          'volumes: ["c:/a"], depends_on: {q: {condition: service_healthy}}, logging: {driver: none}}\n' +
          '  new: {image: n}\n',
      };
      expect(services(files)).to.deep.equal({
        web: {
          image: 'b',
          command: 'z',
          ports: ['80:80', '81:81'],
          environment: { A: '1', B: '2', C: null },
          dns: ['10.0.0.1', '10.0.0.2'],
          volumes: ['c:/a', 'b:/b'],
          depends_on: { db: null, q: { condition: 'service_healthy' } },
          logging: { driver: 'none' },
        },
        new: { image: 'n' },
      });
    });

    it('is read beside a file with a usual name only, and its places are its own', () => {
      const files = {
        'compose.yaml': 'services:\n  web:\n    image: a\n    environment:\n      A: 1\n',
        'other.yaml': 'services: {web: {image: a}}',
        'compose.override.yml': 'services:\n  web:\n    environment:\n      B: 1\n',
      };
      expect(services(files, 'other.yaml')).to.deep.equal({ web: { image: 'a' } });
      const { placeOf } = read(files);
      expect(placeOf(['services', 'web', 'environment', 'B'])).to.equal('compose.override.yml:4:7');
      expect(placeOf(['services', 'web', 'environment', 'A'])).to.equal('compose.yaml:5:7');
      expect(placeOf(['services', 'web', 'image'])).to.equal('compose.yaml:3:5');
    });
  });

  describe('what its services extend', () => {
    it('is below their own keys, also over several steps and in another file, whose paths are kept', () => {
      const files = {
        'compose.yaml':
          'services:\n  web: {extends: {file: base/x.yaml, service: app}, environment: {A: mine}}\n' +
          '  job: {extends: web, command: run}\n  plain: {extends: {service: web}}\n',
        'base/x.yaml':
          'services:\n  app: {extends: root, build: {context: ., args: {V: 1}}, env_file: [x.env],\n' +
          '    environment: {A: a, B: b}}\n' +
          '  root: {volumes: ["./data:/data", "named:/n"], restart: always}\n',
      };
      const base = {
        volumes: ['./base/data:/data', 'named:/n'],
        restart: 'always',
        build: { context: './base', args: { V: 1 } },
        env_file: ['./base/x.env'],
        environment: { A: 'mine', B: 'b' },
      };
      expect(services(files)).to.deep.equal({ web: base, job: { ...base, command: 'run' }, plain: base });
      expect(read(files).placeOf(['services', 'web', 'environment', 'B'])).to.equal('base/x.yaml:3:25');
    });

    it('may not be missing, nor a circle', () => {
      expect(problems({ 'compose.yaml': 'services:\n  a: {extends: {file: no.yaml, service: b}}\n' })).to.deep.equal([
        'compose.yaml:2:7 no.yaml cannot be read',
      ]);
      expect(problems({ 'compose.yaml': 'services:\n  a: {extends: b}\n' })).to.deep.equal([
        'compose.yaml:2:7 compose.yaml has no service b',
      ]);
      expect(problems({ 'compose.yaml': 'services:\n  a: {extends: b}\n  b: {extends: a}\n' })).to.deep.equal([
        'compose.yaml:3:7 b extends itself, by way of a',
      ]);
      expect(
        problems({
          'compose.yaml': 'services:\n  a: {extends: {file: x.yaml, service: b}}\n',
          'x.yaml': 'services:\n  b: {extends: {file: compose.yaml, service: a}}\n',
        }),
      ).to.deep.equal(['x.yaml:2:7 b extends itself, by way of a']);
    });
  });

  it('has a bound on what services extend, and on what comes of it', () => {
    const steps = Array.from({ length: 200 }, (_, at) => `  s${String(at)}: {extends: s${String(at + 1)}}\n`);
    expect(problems({ 'compose.yaml': `services:\n${steps.join('')}  s200: {image: x}\n` })[0]).to.contain(
      'is extended by more than 50 services',
    );
    const labels = Array.from({ length: 1000 }, (_, at) => `l${String(at)}: x`).join(', ');
    const many = Array.from({ length: 1000 }, (_, at) => `  s${String(at)}: {extends: base}\n`).join('');
    expect(() => read({ 'compose.yaml': `services:\n  base: {labels: {${labels}}}\n${many}` })).to.throw(
      DockeropsError,
      'it expands to more than 200000 values',
    );
  });

  describe('the files that it includes', () => {
    it('add their services, secrets and volumes, with paths as they are from here', () => {
      const files = {
        'compose.yaml': 'include:\n  - a/one.yaml\n  - path: [b/two.yaml, b/over.yaml]\nservices: {web: {image: w}}\n',
        'a/one.yaml':
          'include: [deep/three.yaml]\nservices: {one: {build: ./src, env_file: {path: e}}}\nvolumes: {v: {}}\n',
        'a/deep/three.yaml': 'services: {three: {image: t, volumes: [".:/x", {type: bind, source: y, target: /y}]}}\n',
        'b/two.yaml': 'services: {two: {image: t}}\nsecrets: {k: {file: ./k}}\n',
        'b/over.yaml': 'services: {two: {environment: {A: "1"}}}\n',
      };
      const { root } = read(files);
      expect(root).to.deep.equal({
        services: {
          three: { image: 't', volumes: ['./a/deep:/x', { type: 'bind', source: './a/deep/y', target: '/y' }] },
          one: { build: './a/src', env_file: { path: './a/e' } },
          two: { image: 't', environment: { A: '1' } },
          web: { image: 'w' },
        },
        volumes: { v: {} },
        secrets: { k: { file: './b/k' } },
      });
      expect(read(files).placeOf(['services', 'three', 'image'])).to.equal('a/deep/three.yaml:1:20');
    });

    it('have variables and a directory of their own, unless the including file says otherwise', () => {
      const files = {
        'compose.yaml':
          'include:\n  - a/one.yaml\n  - {path: b/two.yaml, project_directory: c, env_file: [x.env]}\nservices: {}\n',
        'a/one.yaml': 'services: {one: {image: "x:${A}"}}\n',
        'a/.env': 'A=1\nSHARED=a\n',
        'b/two.yaml': 'services: {two: {image: x, volumes: ["./data:/data"]}}\n',
        'b/.env': 'NOT=read\n',
        'x.env': 'B=${A}2\nSHARED=x\n',
      };
      const { root, variables } = read(files);
      expect(variables).to.deep.equal({ A: '1', SHARED: 'a', B: '12' });
      expect(root['services']).to.deep.include({ two: { image: 'x', volumes: ['./c/data:/data'] } });
    });

    it('may not be missing, nor include themselves', () => {
      expect(problems({ 'compose.yaml': 'include: [no.yaml]\nservices: {a: {image: x}}\n' })).to.deep.equal([
        'compose.yaml:1:11 no.yaml cannot be read',
      ]);
      expect(
        problems({
          'compose.yaml': 'include: [x.yaml]\nservices: {a: {image: x}}\n',
          'x.yaml': 'include: [compose.yaml]\nservices: {b: {image: x}}\n',
        }),
      ).to.deep.equal(['x.yaml:1:11 compose.yaml includes itself']);
    });
  });
});
