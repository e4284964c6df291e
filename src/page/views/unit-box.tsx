import type { JSX } from 'preact';
import { ageText } from '../state/age.ts';
import type { UnitView } from '../state/overview.ts';
import { Glyph } from './glyph.tsx';

interface Props {
  readonly view: UnitView;
  readonly now: number;
  readonly isOpen: boolean;
  readonly isDimmed: boolean;
  readonly onOpen: (name: string) => void;
}

/** A unit as a box of fixed size: shape, version and number, and one line more. */
export function UnitBox({ view, now, isOpen, isDimmed, onOpen }: Props): JSX.Element {
  const { unit, word, isLeaving } = view;
  const classes = ['unit', `box-${word}`, isLeaving && 'leaving', isDimmed && 'dimmed'].filter(Boolean).join(' ');
  const second = word === 'failed' && unit.exitCode !== undefined ? `exit ${unit.exitCode}` : ageText(now - unit.since);
  return (
    <button
      type="button"
      class={classes}
      data-unit={unit.name}
      aria-expanded={isOpen}
      onClick={() => onOpen(unit.name)}
    >
      <Glyph name={word} />
      <span class="unit-name">
        <span class="hidden">{unit.service}-</span>
        {unit.version}-{unit.instance}
      </span>
      <span class="hidden">, {isLeaving ? 'gone' : word}, </span>
      <span class="unit-more">{isLeaving ? '–' : second}</span>
    </button>
  );
}
