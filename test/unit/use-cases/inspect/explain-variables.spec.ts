import { expect } from 'chai';
import { UserError } from '../../../../src/lib/errors.ts';
import { explainVariables, type InstanceVariables } from '../../../../src/lib/use-cases/inspect/explain-variables.ts';
import { originText, renderEnvironment } from '../../../../src/lib/cli/render/environment-table.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';
import { seenPlatform } from '../observed-project.ts';

const files = {
  'services/web/Dockerfile': 'FROM debian:12\n',
  'services/db/Dockerfile': 'FROM debian:12\n',
  'run.conf': `[
    {"service": "db", "instance": "main", "autostart": false},
    {"service": "web", "instance": "main", "links": ["db-main:db"], "env_file": "web.env",
     "env_vars": {"A": "conf", "DB_PASSWORD": "hush", "MUST": null}},
    {"service": "web", "env_vars": {"A": "other"}}
  ]`,
  'web.env': 'A=file\nDB_PASSWORD=still hush\n',
  'host.conf': '{\n  "A": "host"\n}\n',
};

function rowOf(instance: InstanceVariables | undefined, name: string): unknown {
  return instance?.variables.find((variable) => variable.name === name);
}

describe('explaining variables', () => {
  it('tells the value that counts, its place, and all that it overrides, strongest first', async () => {
    const {
      instances: [main],
    } = await explainVariables(seenPlatform(files, { A: 'process' }), 'web', 'main');
    expect(rowOf(main, 'A')).to.deep.equal({
      name: 'A',
      value: 'process',
      secret: false,
      origin: { source: 'environment' },
      overrides: [
        { value: 'host', origin: { source: 'host.conf', where: 'host.conf:2:3' } },
        { value: 'conf', origin: { source: 'run.conf', where: 'run.conf:4:19' } },
        { value: 'file', origin: { source: 'env_file', where: 'web.env:1:1' } },
      ],
    });
  });

  it('shows no secret, neither one that counts nor one that was beaten', async () => {
    const explained = await explainVariables(seenPlatform(files, { DB_PASSWORD: 'most hush' }), 'web');
    expect(JSON.stringify(explained)).not.to.contain('hush');
    expect(renderEnvironment(explained.instances, noStyle)).to.match(
      /DB_PASSWORD +<secret> +environment +<secret> \(run\.conf:4:\d+\), <secret> \(web\.env:2:1\)/,
    );
  });

  it('tells of every instance that run.conf has of the service, also of what does not start by itself', async () => {
    const opened = seenPlatform(files);
    expect((await explainVariables(opened, 'web')).instances.map(({ key }) => key)).to.deep.equal([
      'web-main',
      'web-<new>',
    ]);
    expect((await explainVariables(opened, 'db')).instances.map(({ key }) => key)).to.deep.equal(['db-main']);
  });

  it('finds nothing wrong with an interactive instance that does not start by itself', async () => {
    const conf = '[{"service": "web", "instance": "bench", "interactive": true, "autostart": false}]';
    expect((await explainVariables(seenPlatform({ ...files, 'run.conf': conf }), 'web')).problems).to.deep.equal([]);
  });

  it('warns when run.conf has no entry for the instance, and not when one applies', async () => {
    const conf = '[{"service": "web", "instance": "main"}, {"service": "db"}]';
    const notices = async (service: string, instance?: string): Promise<unknown> =>
      (await explainVariables(seenPlatform({ ...files, 'run.conf': conf }), service, instance)).notices;
    expect(await notices('web', 'mian')).to.deep.equal([
      'run.conf has no entry for web,instance=mian (it has main), so defaults apply',
    ]);
    expect([await notices('web', 'main'), await notices('web'), await notices('db', 'x')]).to.deep.equal([[], [], []]);
  });

  it('gives an instance that only the command line names what run would give it', async () => {
    const {
      instances: [probe],
    } = await explainVariables(seenPlatform({ ...files, 'host.conf': '{}' }), 'web', 'probe');
    expect(rowOf(probe, 'A')).to.have.property('value', 'other');
    expect(rowOf(probe, 'INSTANCE')).to.have.property('value', 'probe');
  });

  it('names what is missing, with the place that asks for it', async () => {
    const {
      instances: [main],
    } = await explainVariables(seenPlatform(files), 'web', 'main');
    expect(main?.missing.map(({ name, where }) => [name, where])).to.deep.equal([['MUST', 'run.conf:4:55']]);
  });

  it('takes * in the names of a service and of an instance', async () => {
    const keys = async (service: string, instance?: string): Promise<readonly string[]> =>
      (await explainVariables(seenPlatform(files), service, instance)).instances.map(({ key }) => key);
    expect(await keys('*')).to.deep.equal(['db-main', 'web-main', 'web-<new>']);
    expect(await keys('*', 'm*')).to.deep.equal(['db-main', 'web-main']);
    expect(await keys('d*')).to.deep.equal(['db-main']);
    expect(await keys('web', 'm*')).to.deep.equal(['web-main']);
    expect(await keys('x*').catch((error: unknown) => error)).to.include({ code: 'NO_INSTANCE', exitCode: 2 });
  });

  it('refuses an unknown service with the nearest one', async () => {
    const refused = await explainVariables(seenPlatform(files), 'wbe').catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(UserError);
    expect((refused as UserError).suggestions).to.contain('did you mean "web"?');
  });
});

describe('the origin of a value', () => {
  it('is the place alone where that says the file', () => {
    expect(originText({ source: 'run.conf', where: 'run.conf:3:9' })).to.equal('run.conf:3:9');
    expect(originText({ source: 'environment' })).to.equal('environment');
    expect(originText({ source: 'link', where: 'run.conf:3:9' })).to.equal('link run.conf:3:9');
    expect(originText({ source: 'instance type', where: 'master' })).to.equal('instance type master');
    expect(originText({ source: 'fixed' })).to.equal('dockerops');
  });
});
