import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readComposeProject } from '../../../../src/lib/project/compose/compose-project.ts';
import { exportCompose, type ComposeExport } from '../../../../src/lib/project/compose/export-compose.ts';
import { importCompose } from '../../../../src/lib/project/compose/import-compose.ts';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';
import type { Service } from '../../../../src/lib/project/services.ts';

type Entry = Readonly<Record<string, unknown>>;

describe('exporting a compose file', () => {
  const exported = (entries: readonly Entry[]): ComposeExport => {
    const { conf, problems } = parseRunConf('run.conf', JSON.stringify(entries));
    expect(problems).to.deep.equal([]);
    const services = new Map(
      conf.entries.map(({ values: { service, image } }): [string, Pick<Service, 'kind' | 'name'>] => [
        service,
        { kind: image === undefined ? 'folder' : 'image', name: service },
      ]),
    );
    return exportCompose({ conf, services, place: { name: 'shop' } });
  };
  const servicesOf = (entries: readonly Entry[]): Readonly<Record<string, Entry>> =>
    (parse(exported(entries).text) as { readonly services: Readonly<Record<string, Entry>> }).services;
  const losses = (entries: readonly Entry[]): readonly string[] =>
    exported(entries).lost.map(({ where, message }) => `${where} ${message}`);

  it('has the only instance main under the name of its service, and others under that of the instance', () => {
    const services = servicesOf([
      { service: 'db', instance: 'main', image: 'x' },
      { service: 'web', instance: 'one' },
      { service: 'web', replicas: 2 },
    ]);
    expect(Object.keys(services)).to.deep.equal(['db', 'web-one', 'web-1', 'web-2']);
    expect(services['web-one']).to.deep.equal({
      build: { context: './services/web' },
      restart: 'unless-stopped',
      networks: { default: { aliases: ['web'] } },
    });
  });

  it('has links and dependencies with the condition that run waits for', () => {
    const services = servicesOf([
      { service: 'db', instance: 'main', image: 'x', healthcheck: { test: 'true' } },
      { service: 'job', instance: 'main', image: 'x', wait: 'completed', restart: 'no' },
      { service: 'web', instance: 'main', links: ['db-main:database'], depends_on: ['job'] },
    ]);
    expect(services['web']).to.deep.include({
      links: ['db:database'],
      depends_on: {
        db: { condition: 'service_healthy' },
        job: { condition: 'service_completed_successfully' },
      },
    });
  });

  it('writes dollar signs as Compose wants them, and $PROJECT_DIR as the folder of the file', () => {
    const { web } = servicesOf([
      {
        service: 'web',
        instance: 'main',
        env_vars: { A: 'a$b', B: null },
        seed_command: ['echo', '$HOME'],
        volumes: ['$PROJECT_DIR/conf:/conf:ro', 'named:/data'],
      },
    ]);
    expect(web).to.deep.include({
      environment: { A: 'a$$b', B: null },
      command: ['echo', '$$HOME'],
      volumes: ['./conf:/conf:ro', 'named:/data'],
    });
  });

  it('says what Compose cannot, and where it is written', () => {
    expect(
      losses([
        { service: 'web', instance: 'one', instance_type: 'persistent', sleep: 3 },
        {
          service: 'web',
          instance: 'two',
          publish_ports: true,
          links: [{ name: 'w', service: 'web', instance: null }],
        },
      ]),
    ).to.deep.equal([
      'run.conf:1:65 web: "sleep" is lost: nothing waits in Compose',
      'run.conf:1:2 web: /data is not kept: mount a volume there',
      'run.conf:1:2 web: /var/log is not kept: mount a volume there',
      'run.conf:1:110 web: the ports of EXPOSE are not published: name them in "ports"',
      'run.conf:1:140 web: the link w is lost: in a compose file it has one target',
    ]);
  });

  it('is imported as what it was', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '$', '{', '}', ' ', '"', "'", ':', '#', '-', '1', '.') });
    const words = fc.array(
      text.filter((word) => word !== ''),
      { minLength: 1, maxLength: 3 },
    );
    const entries = fc.record(
      {
        seed_command: words,
        env_vars: fc.dictionary(fc.constantFrom('A', 'B_C'), text, { minKeys: 1 }),
        labels: fc.dictionary(fc.constantFrom('a', 'b.c'), text, { minKeys: 1 }),
        user: fc.constantFrom('1000', 'app'),
        working_dir: fc.constant('/srv'),
        privileged: fc.boolean(),
        aliases: fc.constant(['www', 'my_app']),
        dns: fc.constant(['192.0.2.53']),
        logging: fc.constant({ driver: 'journald', options: { tag: 'x' } }),
        cap_add: fc.constant(['NET_ADMIN']),
        stop_grace_period: fc.constantFrom('30s', '1m30s'),
        tmpfs: fc.constant(['/tmp']),
        volumes: fc.constant(['$PROJECT_DIR/a:/a:ro', 'v:/v']),
        ulimits: fc.constant({ nofile: 1024 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(entries, (values) => {
        const entry = { service: 'app', instance: 'main', image: 'x', restart: 'always', ...values };
        const file = readComposeProject('compose.yaml', exported([entry]).text, () => undefined);
        const context = { variables: {}, hasFile: () => true, readFile: () => undefined };
        const { conf, problems } = parseRunConf('run.conf', importCompose(file, context).runConf);
        expect(problems).to.deep.equal([]);
        expect(structuredClone(conf.entries[0]?.values)).to.deep.equal(entry);
      }),
    );
  });
});
