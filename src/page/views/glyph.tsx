import type { JSX } from 'preact';
import type { UnitWord } from '../state/unit-word.ts';

export type GlyphName = UnitWord | 'pending' | 'done';

/** Shapes of 12 by 12. Each state can be told by its shape alone. */
const shapes: Readonly<Record<GlyphName, JSX.Element>> = {
  healthy: <circle cx="6" cy="6" r="5" />,
  running: <path fill-rule="evenodd" d="M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z" />,
  starting: <path fill-rule="evenodd" d="M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 1.5v7a3.5 3.5 0 0 0 0-7Z" />,
  draining: <path d="M5 0h2v5h2.5L6 8.7 2.5 5H5ZM1 10h10v2H1Z" />,
  unhealthy: <path fill-rule="evenodd" d="M6 .5 11.8 11.5H.2ZM5.2 4.5v3.3h1.6V4.5Zm0 4.3v1.5h1.6V8.8Z" />,
  failed: (
    <path
      fill-rule="evenodd"
      d={'M1 1h10v10H1Zm2.2 3.4L4.8 6 3.2 7.6 4.4 8.8 6 7.2l1.6 1.6 1.2-1.2' + 'L7.2 6l1.6-1.6-1.2-1.2L6 4.8 4.4 3.2Z'}
    />
  ),
  stopped: <path fill-rule="evenodd" d="M1.5 1.5h9v9h-9ZM3 3v6h6V3Z" />,
  unreachable: (
    <path
      d={
        'M2.5 3.6C2.5 1.6 4 .5 6.1.500c2.1 0 3.5 1.2 3.5 3 0 ' +
        '2.6-2.7 2.5-2.7 4.5H5.1c0-2.8 2.6-2.9 2.6-4.4 0-.8-.6-1.4-1.6-1.4s-1.7.6-1.7 1.6ZM5 9.5h2v2H5Z'
      }
    />
  ),
  orphan: <path fill-rule="evenodd" d="M6 0l6 6-6 6-6-6Zm0 2.3L2.3 6 6 9.7 9.7 6Z" />,
  pending: <path d="M0 5h2.5v2.5H0Zm4.750 0h2.5v2.5h-2.5ZM9.5 5H12v2.5H9.5Z" />,
  done: <path d="M1 6.3 2.5 4.8 4.7 7 9.6 2 11 3.5 4.7 9.9Z" />,
};

export function Glyph({ name }: { readonly name: GlyphName }): JSX.Element {
  return (
    <svg class={`glyph is-${name}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

/** A state as shape and word. */
export function State({ name, text = name }: { readonly name: GlyphName; readonly text?: string }): JSX.Element {
  return (
    <span class="state">
      <Glyph name={name} /> {text}
    </span>
  );
}
