import { expect } from 'chai';
import { connect } from '../../../src/lib/engine/connection/connect.ts';
import { createDockerEngine } from '../../../src/lib/engine/docker-engine.ts';
import { imageContent } from '../../../src/lib/model/image-content.ts';
import { serveEngine } from '../../support/engine-server.ts';

/** What an engine says of an image, without what tells one image from another. */
const common = { Id: 'sha256:1', RepoTags: ['x:1'], Os: 'linux', Architecture: 'amd64', Size: 1 };
const RootFS = { Type: 'layers', Layers: ['sha256:a', 'sha256:b'] };

async function contentOf(answer: object): Promise<string | undefined> {
  await using server = await serveEngine({ '/images/x/json': { ...common, ...answer } });
  const request = { environment: {}, platform: 'linux' as const, host: `unix://${server.socket}` };
  const engine = createDockerEngine(await connect(request), request);
  const detail = await engine.findImage('x');
  return detail && imageContent(detail);
}

describe('the content of an image, as an engine tells it', () => {
  it('is the same whether members that say nothing are there, empty, null or left out', async () => {
    const empty = {
      Entrypoint: [],
      Cmd: [],
      Env: [],
      User: '',
      WorkingDir: '',
      ExposedPorts: {},
      Volumes: {},
      StopSignal: '',
      Labels: {},
      Healthcheck: { Test: [], Interval: 0, StartInterval: 0 },
    };
    const nulls = Object.fromEntries(Object.keys(empty).map((name) => [name, null]));
    const contents = await Promise.all(
      [empty, nulls, {}, null, undefined].map((Config) => contentOf({ RootFS, Config })),
    );
    expect(new Set(contents).size).to.equal(1);
    expect(contents[0]).to.match(/^sha256:[0-9a-f]{64}$/);
  });

  it('does not depend on its id, names, date and history', async () => {
    const Config = { Cmd: ['sh'] };
    const one = await contentOf({ RootFS, Config, Created: '2020-01-01T00:00:00Z', RepoDigests: [] });
    const others = { Id: 'sha256:2', RepoTags: null, RepoDigests: ['x@sha256:3'], Created: '2024-01-01T00:00:00Z' };
    expect(await contentOf({ RootFS, Config, ...others, Comment: 'y' })).to.equal(one);
  });

  it('cannot be read where the engine has no layers of it', async () => {
    expect(await contentOf({})).to.equal(undefined);
    expect(await contentOf({ RootFS: { Type: '' } })).to.equal(undefined);
    expect(await contentOf({ RootFS: { Type: 'layers', Layers: null } })).to.equal(undefined);
    expect(await contentOf({ RootFS, Os: '', Architecture: '' })).to.equal(undefined);
  });
});
