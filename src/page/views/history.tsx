import type { JSX } from 'preact';
import { dateText } from '../state/age.ts';
import type { Deployment } from '../state/documents.ts';
import type { PageState } from '../state/page-state.ts';
import { State, type GlyphName } from './glyph.tsx';

interface Props {
  readonly state: PageState;
  readonly service: string;
  readonly onRollback: (version: number) => void;
}

const words: Readonly<Record<string, GlyphName>> = { done: 'done', failed: 'failed', superseded: 'stopped' };

/** The deploys of a service, newest first; one that was done can come back. */
export function History({ state, service, onRollback }: Props): JSX.Element | null {
  const { deployments = [], journal = [] } = state.data;
  const own = deployments.filter((one) => one.service === service);
  const running = own.find((one) => one.state === 'done')?.version;
  const imageOf = ({ version }: Deployment): string =>
    journal.findLast((one) => one.serviceName === service && one.version === String(version))?.config.image ?? '–';
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">
        History <span class="quiet">a rollback shows its plan first</span>
      </h2>
      <table class="list panel">
        <thead>
          <tr>
            <th scope="col">version</th>
            <th scope="col">deployed</th>
            <th scope="col">image</th>
            <th scope="col">ended</th>
            <th scope="col">
              <span class="hidden">action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {own.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.version}</th>
              <td data-name="deployed">{dateText(one.phases[0]?.at ?? 0)}</td>
              <td data-name="image" class="code">
                {imageOf(one)}
              </td>
              <td data-name="ended">
                <State name={words[one.state] ?? 'starting'} text={one.state} />
              </td>
              <td class="act">
                {one.version === running && <span class="quiet">runs now</span>}
                {one.version !== running && one.state === 'done' && (
                  <button type="button" class="button" disabled={!state.isLive} onClick={() => onRollback(one.version)}>
                    Roll back to {one.version}…
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
