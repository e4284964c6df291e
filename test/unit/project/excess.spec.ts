import { expect } from 'chai';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../../src/lib/daemons/document-reader.ts';
import { parseRunConf } from '../../../src/lib/project/conf/run-conf.ts';
import { parseEnvFile } from '../../../src/lib/project/conf/env-file.ts';
import { parseDockerfile } from '../../../src/lib/project/dockerfile/dockerfile.ts';
import { substitute, TooLong } from '../../../src/lib/project/dockerfile/variables.ts';
import { importProject } from '../../../src/lib/use-cases/import-project.ts';
import { loadFiles, projectDirectory } from './project-files.ts';

const firstOf = (text: string): string => {
  const [problem] = parseRunConf('run.conf', text).problems;
  return `${problem?.where ?? ''} ${problem?.message ?? ''}`;
};

describe('a small file that would take much', () => {
  it('nested deeply is refused at the place where that begins', () => {
    expect(firstOf('['.repeat(10_000))).to.equal('run.conf:1:51 values are nested more than 50 deep');
    expect(firstOf(`[{"service":"a","env_vars":${'['.repeat(3000)}${']'.repeat(3000)}}]`)).to.contain('nested');
    expect(firstOf(`["${'['.repeat(100)}"]`), 'brackets in a string').not.to.contain('nested');
    expect(readDocument('key', `{"image":${'['.repeat(12_000)}`).problems[0]?.message).to.contain('nested');
  });

  it('with a long text is read, and with more than 4 million characters refused', () => {
    const conf = (length: number): string => `[{"service":"a","labels":{"K":"${'v'.repeat(length)}"}}] # c`;
    expect(parseRunConf('run.conf', conf(3_000_000)).problems).to.deep.equal([]);
    expect(firstOf(conf(9_000_000))).to.match(/^run.conf:1:1 the file has 9\d+ characters; the limit is 4194304$/);
  });

  it('whose variables double is refused at the line that is too long', () => {
    const text = `FROM x\nENV A=aaaaaaaaaa\n${'ENV A=$A$A$A$A\n'.repeat(30)}EXPOSE $A$A$A`;
    const [problem] = parseDockerfile('Dockerfile', text).problems;
    expect(problem?.where).to.equal('Dockerfile:9:1');
    expect(problem?.message).to.equal('ENV has more than 65536 characters once its variables are replaced');
  });

  it('with open braces in every place is read, and refused where they are too much for a line', () => {
    const open = '${A:-'.repeat(12_000);
    expect(substitute(open, {})).to.equal(open);
    expect(substitute(`${open}}`, {})).to.equal(open.slice('${A:-'.length));
    expect(() => substitute(`${'${A:-'.repeat(20_000)}}`, {})).to.throw(TooLong);
  });

  it('of 20,000 stages or here-documents is read', () => {
    const stages = Array.from({ length: 20_000 }, (_, index) => `FROM s${index} AS s${index + 1}\n`).join('');
    expect(parseDockerfile('Dockerfile', stages).parents).to.deep.equal([{ reference: 's0', where: 'Dockerfile:1:1' }]);
    const documents = 'RUN <<A <<B\nA\nx\nB\nRUN <<NEVER\n'.repeat(20_000);
    expect(parseDockerfile('Dockerfile', `FROM x\n${documents}EXPOSE 1-1000`).ports).to.have.length(1000);
    expect(parseDockerfile('Dockerfile', 'FROM x\nEXPOSE 1-65535').problems[0]?.suggestion).to.contain('at most 1000');
  });

  it('of 100,000 lines or variables is read', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `A${index}="x`).join('\n');
    expect(parseEnvFile('.env', lines).problems).to.have.length(100_000);
    expect(parseEnvFile('.env', lines.replaceAll('"', '')).variables).to.have.length(100_000);
    const variables = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`A${index}`, 'x']));
    expect(parseRunConf('run.conf', JSON.stringify([{ service: 'a', env_vars: variables }])).problems).to.be.empty;
  });
});

describe('a value of the wrong type', () => {
  const values = ['null', '{}', '[]', '[null]', '{"b":{}}', '{"b":null}', 'true', '1e999', '"constructor"'];
  const keys = Object.keys(
    (JSON.parse(readFileSync('run.conf.schema.json', 'utf8')) as { readonly items: { readonly properties: object } })
      .items.properties,
  );
  for (const key of [...keys, '__proto__', 'constructor', 'toString'])
    it(`of "${key}" is a problem with its place, or is accepted`, () => {
      for (const value of values) {
        const entry = `{"service":"a","instance":"one","${key}":${value}}`;
        const { problems } = parseRunConf('run.conf', `[${entry},${entry.replace('one', 'two')}]`);
        for (const { where, message } of problems) expect(`${where ?? ''} ${message}`).to.match(/^run.conf:1:\d+ .+/);
      }
    });

  it('is none of a variable that is called like a member of every object', () => {
    const names = ['constructor', '__proto__', 'toString'];
    const text = `FROM x\n${names.map((name) => `ARG ${name}\nEXPOSE $${name}\n`).join('')}`;
    expect(parseDockerfile('Dockerfile', text).ports).to.deep.equal([]);
    expect(() => loadFiles({ 'run.conf': '[{"service":"constructor","instance":"__proto__"}]' })).to.throw();
  });
});

describe('the import of a build', () => {
  for (const build of ['{context: ., dockerfile: Dockerfile.dev}', '{context: ., dockerfile_inline: "FROM y"}'])
    it(`${build} copies the context, also if that is the project itself`, async () => {
      const directory = projectDirectory({
        'compose.yaml': `services:\n  web:\n    build: ${build}\n`,
        'Dockerfile.dev': 'FROM y',
        'src/a': '1',
      });
      symlinkSync('/etc/hostname', join(directory, 'Dockerfile'));
      await importProject(join(directory, 'compose.yaml'));
      const web = join(directory, 'services/web');
      expect(readFileSync(join(web, 'Dockerfile'), 'utf8')).to.equal('FROM y');
      expect(readFileSync(join(web, 'src/a'), 'utf8')).to.equal('1');
      expect(existsSync(join(web, 'services'))).to.equal(false);
    });

  it('outside of the project copies it, as no link may lead out', async () => {
    const directory = projectDirectory({
      'compose.yaml': 'services:\n  web:\n    build: ../app\n',
      '../app/Dockerfile': 'FROM x',
    });
    await importProject(join(directory, 'compose.yaml'));
    expect(readFileSync(join(directory, 'services/web/Dockerfile'), 'utf8')).to.equal('FROM x');
  });
});
