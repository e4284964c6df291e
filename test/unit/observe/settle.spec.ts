import { expect } from 'chai';
import { nothingObserved } from '../../../src/lib/observe/observe.ts';
import type { ContainerState, ObservedContainer, ObservedState } from '../../../src/lib/model/observed-state.ts';
import { settled } from '../../../src/lib/observe/settle.ts';
import { containerOf, spec } from '../../support/specs.ts';

const withStates = (...states: readonly ContainerState[]): ObservedState => ({
  ...nothingObserved,
  containers: states.map((state, index) => containerOf(spec('web', `i${String(index)}`), { state })),
});

describe('what is seen of an engine that is about to change', () => {
  function lookingThrough(...answers: readonly ObservedState[]): {
    readonly look: () => Promise<ObservedState>;
    readonly looks: () => number;
  } {
    let looks = 0;
    return { look: () => Promise.resolve(answers[looks++] ?? nothingObserved), looks: () => looks };
  }
  const own = (): boolean => true;

  it('is looked at once where nothing is on the way', async () => {
    const { look, looks } = lookingThrough();
    const first = withStates('running', 'exited', 'paused', 'created');
    expect(await settled(first, look, own)).to.equal(first);
    expect(looks()).to.equal(0);
  });

  it('is looked at again until what was restarting is back and what was being removed is gone', async () => {
    const back = withStates('running');
    const { look } = lookingThrough(withStates('restarting'), back);
    expect(await settled(withStates('restarting', 'removing'), look, own)).to.equal(back);
  });

  it('does not wait for what others own', async () => {
    const { look, looks } = lookingThrough();
    await settled(withStates('restarting'), look, ({ name }: ObservedContainer) => name === 'another');
    expect(looks()).to.equal(0);
  });

  it('is taken as it is where something restarts again and again', async () => {
    expect(
      (await settled(withStates('restarting'), () => Promise.resolve(withStates('restarting')), own, 150)).containers[0]
        ?.state,
    ).to.equal('restarting');
  });
});
