import type { ComponentChildren, JSX } from 'preact';
import { views, type ViewName } from '../state/address.ts';
import type { Shown } from '../live/store.ts';
import { currentTheme, toggleTheme } from '../live/theme.ts';
import { clockText } from '../state/age.ts';
import { Glyph } from './glyph.tsx';

interface Props {
  readonly shown: Shown;
  readonly view: ViewName;
  readonly attentionCount: number;
  readonly onKeys: () => void;
  readonly onRedraw: () => void;
  readonly onRetry: () => void;
  readonly children: ComponentChildren;
}

const titles: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  service: 'Service',
  jobs: 'Jobs',
  hosts: 'Hosts',
  journal: 'Journal',
};

/** Top bar, view and status bar. */
export function Frame(props: Props): JSX.Element {
  const { shown, view, onKeys, onRedraw, children } = props;
  const changeTheme = (): void => {
    toggleTheme();
    onRedraw();
  };
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the view
      </a>
      <header class="top">
        <span class="mark">dockerops</span>
        <nav aria-label="Views">
          {views.map((name, index) => (
            <a key={name} href={`#/${name}`} aria-current={name === view ? 'page' : undefined}>
              {titles[name]} <kbd aria-hidden="true">{index + 1}</kbd>
            </a>
          ))}
        </nav>
        <Clock shown={shown} />
        <button type="button" class="button" onClick={changeTheme}>
          {currentTheme() === 'dark' ? 'Light' : 'Dark'}
        </button>
        <button type="button" class="button" aria-label="Keys" onClick={onKeys}>
          ?
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <StatusBar {...props} />
    </>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}

function Clock({ shown: { state, now, isHeld } }: { readonly shown: Shown }): JSX.Element {
  if (state.heardAt === 0) return <span class="clock quiet">connecting</span>;
  if (!state.isLive)
    return (
      <span class="clock quiet">
        <Glyph name="unreachable" /> as of {clockText(state.heardAt)}
      </span>
    );
  return (
    <span class="clock quiet">
      {isHeld ? 'held' : 'live'} {clockText(now)}
    </span>
  );
}

const keys = [
  ['1–5', 'views'],
  ['arrows', 'units'],
  ['Enter', 'reason'],
  ['.', 'hold still'],
  ['?', 'all keys'],
] as const;

function StatusBar({ shown: { state }, attentionCount, onRetry }: Props): JSX.Element {
  const { heardAt, isLive, nextTryAt, eventCount, data } = state;
  if (!isLive && heardAt !== 0)
    return (
      <footer class="status lost">
        <span role="alert">The server does not answer.</span>
        <span>{nextTryAt !== undefined && `It is asked again at ${clockText(nextTryAt)}.`}</span>
        <button type="button" class="link" onClick={onRetry}>
          Ask now
        </button>
      </footer>
    );
  const [host] = data.hosts ?? [];
  return (
    <footer class="status">
      <span>{host === undefined ? 'engine not known' : `engine ${host.Version}`}</span>
      <span>event {eventCount}</span>
      <span>{attentionCount} need attention</span>
      <span class="hints" aria-hidden="true">
        {keys.map(([key, what]) => (
          <span key={key}>
            <kbd>{key}</kbd> {what}
          </span>
        ))}
      </span>
    </footer>
  );
}
