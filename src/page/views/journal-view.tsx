import type { JSX } from 'preact';
import type { Shown } from '../live/store.ts';
import { dateText } from '../state/age.ts';
import { useHeldList, useHolding } from './holding.ts';

/** Deploys of all services, newest first, also of those that are gone. */
export function JournalView({ shown: { state } }: { readonly shown: Shown }): JSX.Element {
  const { isHeld, events } = useHolding();
  const all = [...(state.data.journal ?? [])].reverse();
  const { shown, waiting } = useHeldList(all, (one) => `${one.serviceName} ${one.version} ${one.timestamp}`, isHeld);
  return (
    <>
      <h1>
        Journal{' '}
        <span class="quiet">
          {shown.length}
          {waiting > 0 && `, ${waiting} new`}
        </span>
      </h1>
      {shown.length === 0 ? (
        <p class="panel padded">Nothing was deployed yet.</p>
      ) : (
        <table class="list panel" {...events}>
          <thead>
            <tr>
              <th scope="col">service</th>
              <th scope="col">version</th>
              <th scope="col">image</th>
              <th scope="col">at</th>
              <th scope="col">note</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ serviceName, version, timestamp, config, rollbackOf }) => (
              <tr key={`${serviceName} ${version} ${timestamp}`}>
                <th scope="row">
                  <a href={`#/service/${serviceName}`}>{serviceName}</a>
                </th>
                <td data-name="version">{version}</td>
                <td data-name="image" class="code">
                  {config.image ?? '–'}
                </td>
                <td data-name="at">{dateText(timestamp)}</td>
                <td data-name="note">{rollbackOf === undefined ? '' : `back to version ${rollbackOf}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
