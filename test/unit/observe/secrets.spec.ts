import { expect } from 'chai';
import { withSecrets } from '../../../src/lib/observe/secrets.ts';
import { instanceDifferences } from '../../../src/lib/plan/spec/differences.ts';
import type { FileSpec, InstanceSpec, Template } from '../../../src/lib/model/desired.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { containerOf, spec } from '../../support/specs.ts';
import { plainContainer } from '../../support/plain-container.ts';

const password = (value: Template): InstanceSpec['environment'][number] => ({
  name: 'DB_PASSWORD',
  value,
  secret: true,
});
const file = (name: string, content: Template): FileSpec => ({
  path: `/run/secrets/${name}`,
  content,
  mode: 0o444,
  uid: 0,
  gid: 0,
  secret: true,
});

describe('secrets of containers', () => {
  let engine: FakeEngine;
  beforeEach(() => {
    engine = new FakeEngine();
    engine.addImage('web:1');
  });

  /** A container that was made with these secrets, as the engine has it. */
  async function made(variable: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const { id } = await engine.createContainer(
      'demo-web-one',
      plainContainer('web:1', { environment: [`DB_PASSWORD=${variable}`] }),
    );
    await engine.putFiles(
      id,
      Object.entries(files).map(([name, content]) => ({ ...file(name, []), content: Buffer.from(content) })),
    );
    engine.calls.length = 0;
    return id;
  }

  async function fieldsOf(id: string, wanted: InstanceSpec): Promise<readonly string[]> {
    const [container] = await withSecrets(engine, [containerOf(wanted, { id })], [wanted]);
    const differences = container === undefined ? [] : instanceDifferences(container, wanted);
    expect(JSON.stringify(differences)).to.not.contain('hush');
    return differences.map(({ field, from, to, origin = '' }) => `${field}: ${from} -> ${to} ${origin}`);
  }

  it('that changed are differences that show no value, with the place of the new one', async () => {
    const origins: InstanceSpec['origins'] = {
      environment: { source: 'Consul', where: 'apps/web' },
      'secrets.key': { source: 'run.conf', where: 'run.conf:3:5' },
    };
    const wanted = (value: string): InstanceSpec =>
      spec('web', 'one', {
        environment: [password([value])],
        files: [file('key', [value]), file('other', ['hush'])],
        origins,
      });
    const id = await made('hush', { key: 'hush', other: 'hush', unknown: 'hush' });
    expect(await fieldsOf(id, wanted('hush'))).to.deep.equal([]);
    expect(await fieldsOf(id, wanted('hush-2'))).to.deep.equal([
      'environment.DB_PASSWORD: <secret> -> <another secret> apps/web',
      'secrets.key: <secret> -> <another secret> run.conf:3:5',
    ]);
  });

  it('are read with one request for all variables and one for each directory, and only where needed', async () => {
    const id = await made('hush', { key: 'hush' });
    await fieldsOf(
      id,
      spec('web', 'one', {
        environment: [password(['hush']), { ...password(['hush']), name: 'TOKEN' }],
        files: [file('key', ['hush']), file('other', ['hush'])],
      }),
    );
    expect(engine.calls.map(({ method }) => method).sort()).to.deep.equal(['inspectContainer', 'readArchive']);
    engine.calls.length = 0;
    await fieldsOf(id, spec('web', 'one'));
    expect(engine.calls).to.deep.equal([]);
  });

  it('are not asked for where there is nothing to compare with', async () => {
    const id = await made('hush');
    const wanted = spec('web', 'one', { environment: [password(['hush-2'])], files: [file('key', ['hush-2'])] });
    const later = spec('web', 'one', {
      environment: [password([{ secret: 'dns' }])],
      files: [file('key', [{ privateKey: 'client' }])],
    });
    expect(await fieldsOf(id, later)).to.deep.equal([]);
    const { ownership: _, ...foreign } = containerOf(wanted, { id });
    const unasked = [
      ...(['created', 'removing', 'dead'] as const).map((state) => containerOf(wanted, { id, state })),
      foreign,
      containerOf(spec('other', 'one'), { id }),
    ];
    expect(await withSecrets(engine, unasked, [wanted])).to.deep.equal(unasked);
    expect(engine.calls).to.deep.equal([]);
  });

  it('of a container that was removed meanwhile are no difference; without an answer it is an error', async () => {
    const wanted = spec('web', 'one', { environment: [password(['hush-2'])], files: [file('key', ['hush-2'])] });
    expect(await fieldsOf('gone', wanted)).to.deep.equal([]);
    engine.failNext('inspectContainer');
    expect(await fieldsOf('gone', wanted).catch((error: unknown) => (error as Error).message)).to.equal(
      'injected fault',
    );
  });
});
