import { expect } from 'chai';
import { hostname } from 'node:os';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { facts, runOptions, spec } from '../../../support/specs.ts';
import { withMissingSources } from '../../../../src/lib/use-cases/facts/missing-sources.ts';
import { previewRun } from '../../../../src/lib/use-cases/run-instances.ts';
import { seenPlatform } from '../observed-project.ts';

describe('paths that instances mount', () => {
  const here = import.meta.dirname;
  const mounting = (...sources: readonly string[]) => [
    spec('web', 'one', {
      mounts: sources.map((source, index) => ({ kind: 'bind', source, target: `/${String(index)}`, readOnly: true })),
    }),
  ];

  it('are missing when the machine of the engine has neither a file nor a directory there', () => {
    const instances = mounting(here, import.meta.filename, `${here}/none`, `${here}/none`, `${import.meta.filename}/x`);
    expect(withMissingSources(facts, instances, '/project', () => false).missingSources).to.deep.equal(
      [`${import.meta.filename}/x`, `${here}/none`].sort(),
    );
    expect(withMissingSources(facts, mounting(here), '/project', () => false)).to.equal(facts);
    expect(withMissingSources({ ...facts, local: false }, instances, '/project', () => false)).to.deep.equal({
      ...facts,
      local: false,
    });
  });

  it('are of the project, for a command that sees no other files of the host', () => {
    expect(
      withMissingSources(facts, mounting('/host/none', `${here}/none`), here, () => true).missingSources,
    ).to.deep.equal([`${here}/none`]);
  });

  it('are looked for in the plan of a run', async () => {
    const files = {
      'services/web/Dockerfile': 'FROM debian:12\n',
      'config/a': '',
      'run.conf': '[{"service": "web", "instance": "one", "volumes": ["./config:/a", "./confg:/b"]}]',
    };
    const engine = new FakeEngine();
    const facts = engine.facts.bind(engine);
    Object.assign(engine, {
      address: 'unix:///run/docker.sock',
      facts: async () => ({ ...(await facts()), hostname: hostname() }),
    });
    const opened = seenPlatform(files, {}, engine);
    const { blockers } = await previewRun(opened, { target: 'all', switches: {} }, runOptions, () => {});
    const missing = `${opened.project.place.directory}/confg`;
    expect(blockers.map(({ message }) => message)).to.deep.equal([
      `run.conf:1:40: web-one mounts ${missing} on /b, but ${missing} does not exist`,
    ]);
  });
});
