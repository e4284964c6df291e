import type { JSX } from 'preact';
import type { Host } from '../state/documents.ts';

const hotPercent = 85;

/** What the units of this server use of a host. */
export function Meter({ host }: { readonly host: Host }): JSX.Element {
  const { Used: used, TotalResources: total } = host;
  if (used === null) return <span class="quiet small">use is not known from here</span>;
  const cpu = used.cpu === null ? undefined : (used.cpu / Math.max(1, total.Cores)) * 100;
  const memory = (used.memory / Math.max(1, total.Memory)) * 100;
  return (
    <div class="meters">
      <span>cpu</span>
      <Bar percent={cpu ?? 0} />
      <span class="number">{cpu === undefined ? '–' : `${Math.round(cpu)} %`}</span>
      <span>mem</span>
      <Bar percent={memory} />
      <span class="number">
        {gigabytes(used.memory)} / {gigabytes(total.Memory)} GB
      </span>
    </div>
  );
}

function gigabytes(megabytes: number): string {
  return (megabytes / 1024).toFixed(1);
}

function Bar({ percent }: { readonly percent: number }): JSX.Element {
  return (
    <svg class="bar" aria-hidden="true">
      <rect class="track" width="100%" height="100%" />
      <rect
        class={percent >= hotPercent ? 'used hot' : 'used'}
        width={`${Math.min(100, percent).toFixed(1)}%`}
        height="100%"
      />
    </svg>
  );
}
