import { expect } from 'chai';
import { pack } from 'tar-stream';
import type { ContainerDetail, EngineReader } from '../../../src/lib/engine/engine.ts';
import { label } from '../../../src/lib/labels.ts';
import type { ObservedContainer } from '../../../src/lib/model/observed-state.ts';
import { findTrouble, type Trouble } from '../../../src/lib/observe/trouble.ts';
import { containerOf, spec } from '../../support/specs.ts';

const container: ObservedContainer = containerOf(spec('web', 'one'));

/** `state`: content of the file in which a base image keeps its state. */
function trouble(
  change: Partial<ObservedContainer>,
  { detail = {}, state = 'ready\n' }: { readonly detail?: Partial<ContainerDetail>; readonly state?: string } = {},
): Promise<Trouble | undefined> {
  const observed = { ...container, ...change };
  const engine = {
    inspectContainer: async () => ({ restartCount: 0, error: '', outOfMemory: false, ...observed, ...detail }),
    async *logs() {
      yield { text: 'the last line' };
    },
    readArchive: async () => {
      const tar = pack();
      tar.entry({ name: 'dockerops/state' }, state);
      tar.finalize();
      return tar;
    },
  } as unknown as EngineReader;
  return findTrouble(engine, observed);
}

describe('the trouble of a container', () => {
  const onBase = { labels: { ...container.labels, [label.base]: 'debian12' } };

  it('is none while it runs, or when it has ended as it should', async () => {
    expect(await trouble({})).to.equal(undefined);
    expect(await trouble({ health: 'healthy' })).to.equal(undefined);
    expect(await trouble({ state: 'exited', exitCode: 0 })).to.equal(undefined);
    expect(await trouble(onBase)).to.equal(undefined);
    expect(await trouble({ ...onBase, health: 'starting' }, { state: 'starting web\n' })).to.equal(undefined);
  });

  it('is how it ended, with its last lines', async () => {
    expect(await trouble({ state: 'exited', exitCode: 3 })).to.deep.equal({
      message: 'demo-web-one is exited, exit code 3',
      logs: ['the last line'],
    });
  });

  it('is what its last probe said', async () => {
    const detail = { lastProbe: { exitCode: 1, output: 'no answer' } };
    expect(await trouble({ health: 'unhealthy' }, { detail })).to.have.property(
      'message',
      'demo-web-one is unhealthy: no answer',
    );
  });

  it('is what a base image says of its programs before the first probe', async () => {
    const state = 'failed web FATAL: gone\nweb: its own reason\n';
    expect(await trouble({ ...onBase, health: 'starting' }, { state })).to.have.property(
      'message',
      'demo-web-one: web FATAL: gone\nweb: its own reason',
    );
  });
});
