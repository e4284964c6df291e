import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { dateText } from '../state/age.ts';
import type { UnitView } from '../state/overview.ts';
import { reasonOf } from '../state/unit-word.ts';
import { Glyph } from './glyph.tsx';

interface Props {
  readonly view: UnitView;
  readonly host: string | undefined;
  readonly onClose: () => void;
}

/** Why a unit is as it is, in the place of the last hour: nothing else is covered or moves. */
export function ReasonPanel({ view, host, onClose }: Props): JSX.Element {
  const { unit, word } = view;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), [unit.name]);
  const reason = view.isLeaving ? 'It has gone.' : reasonOf(unit, word);
  return (
    <aside class="reason panel" aria-labelledby="reason-title">
      <header>
        <Glyph name={word} />
        <h2 id="reason-title" ref={title} tabIndex={-1}>
          {unit.name} <span class="quiet">{word}</span>
        </h2>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </header>
      {reason !== undefined && <p class={`cause edge-${word}`}>{reason}</p>}
      <dl class="facts">
        <Fact name="host" value={host ?? 'none yet'} />
        <Fact name="version" value={String(unit.version)} />
        <Fact name="since" value={dateText(unit.since)} />
        <Fact name="address" value={unit.address} />
        <Fact name="memory" value={unit.Used === null ? undefined : `${unit.Used.memory} MB`} />
      </dl>
      <p>
        <code>dockerops units {unit.service}</code>
      </p>
      <p class="actions">
        <a class="button" href={`#/service/${unit.service}`}>
          Service {unit.service}
        </a>
      </p>
    </aside>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | undefined }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value ?? '–'}</dd>
    </>
  );
}
