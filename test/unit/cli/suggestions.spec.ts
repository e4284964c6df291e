import { expect } from 'chai';
import { baseImageSituations } from '../../support/base-image-suggestions.ts';
import { notFollowed, situations } from '../../support/suggestions.ts';
import { suggestionPlaces } from '../../support/suggestion-places.ts';

describe('commands that messages suggest', () => {
  it('are each followed in test/e2e/suggestions.spec.ts, or it is said why not', () => {
    const followed = [...situations, ...baseImageSituations].flatMap(({ suggests }) =>
      suggests.map(({ place }) => place),
    );
    const known = new Set([...followed, ...Object.keys(notFollowed)]);
    const places = suggestionPlaces();
    const missing = places.filter((place) => !known.has(place));
    expect(missing, 'without a row in test/support/suggestions.ts').to.deep.equal([]);
    expect(
      [...known].filter((place) => !places.includes(place)),
      'rows without a place in src',
    ).to.deep.equal([]);
  });
});
