import type { JSX } from 'preact';
import type { Deployment } from '../state/documents.ts';
import { isUnderWay } from '../state/overview.ts';
import type { SeenEvent } from '../state/page-state.ts';
import { clockText } from '../state/age.ts';

const hourMs = 3_600_000;
const marks = [0, 15, 30, 45];

interface LaneProps {
  readonly service: string;
  readonly deployments: readonly Deployment[];
  readonly events: readonly SeenEvent[];
  readonly now: number;
}

/** Place of a time on the line, in percent; what is older is left of it. */
function placeOf(at: number, now: number): number {
  return Math.round(Math.min(100, (1 - (now - at) / hourMs) * 100) * 10) / 10;
}

/** Deploys of a service in the last hour as bars with their end, and units that went, as far as the page saw them. */
export function LastHour({ service, deployments, events, now }: LaneProps): JSX.Element {
  const own = deployments.filter((one) => one.service === service && now - (one.phases.at(-1)?.at ?? 0) < hourMs);
  const gone = events.filter((one) => one.service === service && one.event === 'unit.remove' && now - one.at < hourMs);
  const summary = own.map(({ version, state }) => `version ${version} ${state}`).join(', ');
  return (
    <svg class="lane" role="img" aria-label={summary === '' ? 'no deploy in the last hour' : summary}>
      <line x1="0" x2="100%" y1="50%" y2="50%" class="axis" />
      {marks.map((minutes) => (
        <line
          key={minutes}
          x1={`${(minutes / 60) * 100}%`}
          x2={`${(minutes / 60) * 100}%`}
          y1="0"
          y2="100%"
          class="axis"
        />
      ))}
      {gone.map(({ at, subject }) => (
        <line key={subject} x1={`${placeOf(at, now)}%`} x2={`${placeOf(at, now)}%`} y1="38%" y2="62%" class="gone" />
      ))}
      {own.map((one) => (
        <Deploy key={one.id} deployment={one} now={now} />
      ))}
    </svg>
  );
}

const colours: Readonly<Record<string, string>> = { done: 'ok', failed: 'bad', superseded: 'off' };

function Deploy({ deployment, now }: { readonly deployment: Deployment; readonly now: number }): JSX.Element {
  const begin = Math.max(0, placeOf(deployment.phases[0]?.at ?? now, now));
  const end = placeOf(isUnderWay(deployment) ? now : (deployment.phases.at(-1)?.at ?? now), now);
  const width = Math.max(1, end - begin);
  const x = Math.min(begin, 100 - width);
  return (
    <rect
      class={`deploy fill-${colours[deployment.state] ?? 'busy'}`}
      x={`${x}%`}
      width={`${width}%`}
      y="35%"
      height="30%"
    />
  );
}

export function HourHeads({ now }: { readonly now: number }): JSX.Element {
  const short = (at: number): string => clockText(at).slice(0, 5);
  return (
    <span class="hours" aria-hidden="true">
      {marks.map((minutes) => (
        <span key={minutes}>{short(now - hourMs + minutes * 60_000)}</span>
      ))}
      <span>now</span>
    </span>
  );
}
