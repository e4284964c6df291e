import type { JSX } from 'preact';
import { clockText } from '../state/age.ts';
import { phaseNames, type Deployment } from '../state/documents.ts';
import { sentence } from '../state/unit-word.ts';
import { Glyph } from './glyph.tsx';

/** How far a deploy has come, and of a failed one the cause and the last lines of its unit. */
export function DeployPhases({ deployment }: { readonly deployment: Deployment }): JSX.Element {
  const { state, error, logs } = deployment;
  return (
    <div class="panel">
      <ol class="phases">
        {phaseNames.map((name) => (
          <Phase key={name} name={name} deployment={deployment} />
        ))}
      </ol>
      {state === 'superseded' && <p class="line">A newer version took its place before it began.</p>}
      {state === 'failed' && (
        <div class="failure">
          <p class="cause-text" role="alert">
            <Glyph name="failed" /> {sentence(`failed: ${error ?? 'the reason is not known'}`)}
          </p>
          <p>Its new units were removed; what ran before was not touched.</p>
        </div>
      )}
      {logs.length > 0 && (
        <pre class="log" tabIndex={0}>
          {logs.join('\n')}
        </pre>
      )}
    </div>
  );
}

interface PhaseProps {
  readonly name: (typeof phaseNames)[number];
  readonly deployment: Deployment;
}

function Phase({ name, deployment: { phases, state } }: PhaseProps): JSX.Element {
  const index = phases.findIndex((phase) => phase.name === name);
  const phase = phases[index];
  if (phase === undefined)
    return (
      <li class="later">
        <span class="quiet">{name}</span>
        <small class="quiet">{state === 'failed' ? 'not reached' : ''}</small>
      </li>
    );
  const next = phases[index + 1];
  const isFailed = next?.name === 'failed';
  const isNow = next === undefined && state !== 'done';
  const word = isFailed ? 'failed' : isNow ? 'starting' : 'done';
  const seconds = next === undefined ? undefined : Math.round((next.at - phase.at) / 100) / 10;
  return (
    <li class={isNow || isFailed ? `now edge-${word}` : undefined} aria-current={isNow ? 'step' : undefined}>
      <span>
        <Glyph name={word} /> <b>{name}</b>
      </span>
      <small class="quiet">
        {seconds === undefined ? clockText(phase.at) : `${isFailed ? 'after ' : ''}${seconds} s`}
      </small>
    </li>
  );
}
