import type { JSX } from 'preact';
import type { Overview } from '../state/overview.ts';
import { unitWords } from '../state/unit-word.ts';
import { Glyph } from './glyph.tsx';

interface Props {
  readonly counts: Overview['counts'];
  readonly filter: string | undefined;
  readonly onFilter: (word: string | undefined) => void;
}

/** The live count of each state. One that is chosen dims what does not match and hides nothing. */
export function Legend({ counts, filter, onFilter }: Props): JSX.Element {
  return (
    <div class="legend" role="group" aria-label="Units by state; choose one to dim the others">
      {unitWords.map((word) => (
        <button
          key={word}
          type="button"
          class={counts[word] === 0 ? 'none' : undefined}
          aria-pressed={filter === word}
          onClick={() => onFilter(filter === word ? undefined : word)}
        >
          <Glyph name={word} /> <b>{counts[word]}</b> {word}
        </button>
      ))}
    </div>
  );
}
