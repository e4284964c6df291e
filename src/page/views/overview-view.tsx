import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { go, setQuery } from '../live/address.ts';
import type { Address } from '../state/address.ts';
import type { Shown } from '../live/store.ts';
import type { AttentionItem } from '../state/attention.ts';
import { findHost, overviewOf, type Overview, type UnitView } from '../state/overview.ts';
import { AttentionList } from './attention-list.tsx';
import { Legend } from './legend.tsx';
import { Matrix } from './matrix.tsx';
import { ReasonPanel } from './reason-panel.tsx';

interface Props {
  readonly shown: Shown;
  readonly address: Address;
  readonly items: readonly AttentionItem[];
  readonly quietSince: number;
}

/** Is it well, if not why, and what helps. */
export function OverviewView({ shown: { state, now }, address, items, quietSince }: Props): JSX.Element {
  const { data, engineProblem } = state;
  const overview = overviewOf(state);
  const openUnit = address.query.get('unit') ?? undefined;
  const filter = address.query.get('state') ?? undefined;
  const open = (name: string): void => setQuery('unit', name === openUnit ? undefined : name);
  const isKnown = data.services !== undefined;
  const view = viewOf(overview, openUnit);
  return (
    <>
      <div class="title-row">
        <h1>
          {counted(data.units, 'unit')} <span class="quiet">on {counted(data.hosts, 'host')}</span>
        </h1>
        <Legend counts={overview.counts} filter={filter} onFilter={(word) => setQuery('state', word)} />
      </div>
      {engineProblem !== undefined && (
        <p class="notice" role="status">
          {`${engineProblem}. Hosts and units are shown as they were last.`}
        </p>
      )}
      <AttentionList items={items} now={now} quietSince={quietSince} isKnown={isKnown} />
      {isKnown && overview.rows.length === 0 ? (
        <NoServices />
      ) : (
        <section aria-label="Services by host" class="matrix-place">
          <Matrix {...{ overview, state, now, openUnit, filter }} onOpen={open} />
          {view !== undefined && (
            <ReasonPanel view={view} host={findHost(data, view.unit)?.Hostname} onClose={() => closeReason(view)} />
          )}
        </section>
      )}
      <CloseOnEscape view={view} />
    </>
  );
}

function counted(list: readonly unknown[] | undefined, noun: string): string {
  return list?.length === 1 ? `1 ${noun}` : `${list?.length ?? '–'} ${noun}s`;
}

function viewOf({ rows }: Overview, name: string | undefined): UnitView | undefined {
  return rows.flatMap(({ cells }) => cells.flat()).find(({ unit }) => unit.name === name);
}

/** Back to where one was. */
function closeReason({ unit }: UnitView): void {
  setQuery('unit', undefined);
  document.querySelector<HTMLElement>(`[data-unit="${CSS.escape(unit.name)}"]`)?.focus();
}

function CloseOnEscape({ view }: { readonly view: UnitView | undefined }): null {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && view !== undefined) closeReason(view);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [view]);
  return null;
}

function NoServices(): JSX.Element {
  return (
    <section class="panel padded">
      <p>No service yet. Make one, then deploy it:</p>
      <p>
        <code>dockerops services create web nginx --port 8080:80</code>
        <br />
        <code>dockerops deploy web nginx:1.27</code>
      </p>
      <p>
        <button type="button" class="button" onClick={() => go('journal')}>
          Journal
        </button>
      </p>
    </section>
  );
}
