import type { JSX } from 'preact';
import type { Shown } from '../live/store.ts';
import { clockText } from '../state/age.ts';
import { State } from './glyph.tsx';
import { Meter } from './meter.tsx';

export function HostsView({ shown: { state } }: { readonly shown: Shown }): JSX.Element {
  const { hosts = [], units = [] } = state.data;
  return (
    <>
      <h1>
        Hosts <span class="quiet">{hosts.length}</span>
      </h1>
      {state.engineProblem !== undefined && (
        <p class="notice" role="status">{`${state.engineProblem}. Figures of ${clockText(state.heardAt)}.`}</p>
      )}
      <table class="list panel">
        <thead>
          <tr>
            <th scope="col">host</th>
            <th scope="col">state</th>
            <th scope="col">role</th>
            <th scope="col">address</th>
            <th scope="col">engine</th>
            <th scope="col">units</th>
            <th scope="col">use by units of this server</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map((host) => (
            <tr key={host.ID}>
              <th scope="row">{host.Hostname}</th>
              <td data-name="state">
                <State name={host.State === 'ready' ? 'healthy' : 'unreachable'} text={host.State} />
              </td>
              <td data-name="role">{[host.Role, host.Availability].filter(Boolean).join(', ') || '–'}</td>
              <td data-name="address">{host.PublicIP}</td>
              <td data-name="engine">{host.Version}</td>
              <td data-name="units">{units.filter(({ machineState }) => machineState?.ID === host.ID).length}</td>
              <td data-name="use">
                <Meter host={host} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
