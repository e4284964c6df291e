import type { JSX } from 'preact';
import type { Host } from '../state/documents.ts';
import type { Overview, ServiceRow, UnitView } from '../state/overview.ts';
import type { PageState } from '../state/page-state.ts';
import { Glyph } from './glyph.tsx';
import { useHeldList, useHolding } from './holding.ts';
import { HourHeads, LastHour } from './last-hour.tsx';
import { Meter } from './meter.tsx';
import { UnitBox } from './unit-box.tsx';

export interface MatrixProps {
  readonly overview: Overview;
  readonly state: PageState;
  readonly now: number;
  /** The unit whose reason is open. */
  readonly openUnit: string | undefined;
  /** The word that the legend keeps; others are dimmed. */
  readonly filter: string | undefined;
  readonly onOpen: (name: string) => void;
}

/** Services by hosts. Arrows go from unit to unit. */
export function Matrix(props: MatrixProps): JSX.Element {
  const { overview, now } = props;
  return (
    <div class="matrix-frame panel" onKeyDown={moveFocus}>
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col" class="first quiet">
              service, version
            </th>
            {overview.hosts.map((host) => (
              <HostHead key={host.ID} host={host} />
            ))}
            {overview.hasUnplaced && (
              <th scope="col" class="quiet">
                on no host yet
              </th>
            )}
            <th scope="col" class="hour">
              <span class="hidden">the last hour</span>
              <HourHeads now={now} />
            </th>
          </tr>
        </thead>
        <tbody>
          {overview.rows.map((row) => (
            <Row key={row.name} row={row} {...props} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" class="first">
              <a href="#/hosts">hosts</a>
            </th>
            {overview.hosts.map((host) => (
              <td key={host.ID} data-host={host.Hostname}>
                <Meter host={host} />
              </td>
            ))}
            {overview.hasUnplaced && <td />}
            <td class="hour" />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function HostHead({ host }: { readonly host: Host }): JSX.Element {
  const isReady = host.State === 'ready';
  return (
    <th scope="col">
      <Glyph name={isReady ? 'healthy' : 'unreachable'} /> <b>{host.Hostname}</b>{' '}
      <span class="quiet">
        {isReady ? host.PublicIP : host.State}
        {host.Role !== undefined && <span class="role"> · {host.Role}</span>}
      </span>
    </th>
  );
}

function Row({ row, ...props }: { readonly row: ServiceRow } & MatrixProps): JSX.Element {
  const { isHeld, events } = useHolding();
  const { overview, state, now } = props;
  const cells = overview.hasUnplaced ? row.cells : row.cells.slice(0, -1);
  return (
    <tr {...events}>
      <th scope="row" class="first">
        <a href={`#/service/${row.name}`}>
          <b>{row.name}</b>
        </a>{' '}
        <span class="quiet">
          {row.version}
          {row.nextVersion !== undefined && ` → ${row.nextVersion}`}
        </span>
        <small>
          <Glyph name={row.word} /> {row.summary}
        </small>
      </th>
      {cells.map((units, index) => (
        <Cell
          key={overview.hosts[index]?.ID ?? ''}
          host={overview.hosts[index]}
          units={units}
          isHeld={isHeld}
          {...props}
        />
      ))}
      <td class="hour">
        <LastHour service={row.name} deployments={state.data.deployments ?? []} events={state.events} now={now} />
      </td>
    </tr>
  );
}

interface CellProps extends MatrixProps {
  readonly host: Host | undefined;
  readonly units: readonly UnitView[];
  readonly isHeld: boolean;
}

function Cell({ host, units, isHeld, ...props }: CellProps): JSX.Element {
  const { shown, waiting } = useHeldList(units, ({ unit }) => unit.name, isHeld);
  const { now, openUnit, filter, onOpen } = props;
  return (
    <td data-host={host?.Hostname ?? 'no host yet'} class={units.length === 0 ? 'empty' : undefined}>
      <div class="units">
        {shown.map((view) => (
          <UnitBox
            key={view.unit.name}
            view={view}
            now={now}
            isOpen={openUnit === view.unit.name}
            isDimmed={filter !== undefined && filter !== view.word}
            onOpen={onOpen}
          />
        ))}
        {waiting > 0 && <span class="waiting quiet">+{waiting}</span>}
      </div>
    </td>
  );
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Left and right to the next unit, up and down to the one nearest in the rows above and below. */
function moveFocus(event: KeyboardEvent): void {
  const step = steps[event.key];
  const from = (event.target as Element).closest<HTMLElement>('.unit');
  if (step === undefined || from === null) return;
  event.preventDefault();
  const all = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('.unit')];
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    all[all.indexOf(from) + step]?.focus();
    return;
  }
  nearest(from, all, step)?.focus();
}

function nearest(from: HTMLElement, all: readonly HTMLElement[], step: number): HTMLElement | undefined {
  const { top, left } = from.getBoundingClientRect();
  const distance = (one: HTMLElement): number => {
    const box = one.getBoundingClientRect();
    return Math.abs(box.top - top) * 10 + Math.abs(box.left - left);
  };
  const beyond = all.filter((one) => (one.getBoundingClientRect().top - top) * step > 1);
  return beyond.sort((a, b) => distance(a) - distance(b))[0];
}
