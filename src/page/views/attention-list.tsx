import type { JSX } from 'preact';
import { ageText, clockText } from '../state/age.ts';
import type { AttentionItem } from '../state/attention.ts';
import { Glyph } from './glyph.tsx';
import { useHeldList, useHolding } from './holding.ts';

interface Props {
  readonly items: readonly AttentionItem[];
  readonly now: number;
  /** When it became empty, or the page began to look. */
  readonly quietSince: number;
  readonly isKnown: boolean;
}

/** What is not well, with its reason and where to go. Its order does not change under a hand. */
export function AttentionList({ items, now, quietSince, isKnown }: Props): JSX.Element {
  const { isHeld, events } = useHolding();
  const { shown, waiting } = useHeldList(items, ({ key }) => key, isHeld);
  const more = waiting === 0 ? '' : `, ${waiting} new`;
  return (
    <section aria-labelledby="attention-title" class="attention">
      <h2 id="attention-title">
        Needs attention{' '}
        <span class="quiet">
          {shown.length === 0 ? '' : shown.length}
          {more}
        </span>
      </h2>
      {shown.length === 0 && isKnown && (
        <p class="panel line">Nothing needs attention since {clockText(quietSince)}.</p>
      )}
      <ul class={shown.length === 0 ? 'none' : 'panel'} aria-live="polite" {...events}>
        {shown.map((item) => (
          <Row key={item.key} item={item} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Row({ item, now }: { readonly item: AttentionItem; readonly now: number }): JSX.Element {
  const { word, name, more, reason, since, action } = item;
  return (
    <li class={`edge-${word}`}>
      <Glyph name={word} />
      <span class="who">
        <b>{name}</b> <span class="quiet">{more}</span>
      </span>
      <span class="why">
        <span class="hidden">{word}: </span>
        {reason}
      </span>
      <span class="age" aria-live="off">
        {since === 0 ? '' : ageText(now - since)}
      </span>
      <a class="button" href={`#/${action.view}`}>
        {action.label}
        <span class="hidden"> of {name}</span>
      </a>
    </li>
  );
}
