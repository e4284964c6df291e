import { expect } from 'chai';
import { ImagePulls } from '../../../../src/lib/daemons/operator/image-pulls.ts';
import type { ImageSpec } from '../../../../src/lib/model/desired.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const image: ImageSpec = { reference: 'web:1', service: 'web', source: { kind: 'registry' }, parents: [] };
const signal = new AbortController().signal;

describe('images that are pulled beside the loop', () => {
  let clock: FakeClock;
  let fetched: number;
  let pulls: ImagePulls;

  beforeEach(() => {
    clock = new FakeClock();
    fetched = 0;
    pulls = new ImagePulls({
      clock,
      pull: async () => {
        fetched += 1;
      },
      onEnd: () => {},
    });
  });

  async function want(...images: readonly ImageSpec[]): Promise<void> {
    pulls.set(images, signal);
    await pulls.idle();
  }

  it('are not pulled again at once when one arrives under another name', async () => {
    for (let pass = 0; pass < 5; pass += 1) await want(image);
    expect(fetched).to.equal(1);
    expect(pulls.error('web:1')).to.contain('has no image of that name');
    await clock.turn(2000);
    for (let pass = 0; pass < 5; pass += 1) await want(image);
    expect(fetched).to.equal(2);
  });

  it('are forgotten when they are present, and pulled at once when they are missing again', async () => {
    await want(image);
    await want();
    expect([pulls.error('web:1'), pulls.nextMs()]).to.deep.equal([undefined, undefined]);
    await want(image);
    expect(fetched).to.equal(2);
  });
});
