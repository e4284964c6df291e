import type { JSX } from 'preact';
import { configRows } from '../state/config-rows.ts';
import type { Service } from '../state/documents.ts';
import { latestDeployment } from '../state/overview.ts';
import type { PageState } from '../state/page-state.ts';

/** What the last version has, beside what the next one would have. */
export function Configuration({
  state,
  service,
}: {
  readonly state: PageState;
  readonly service: Service;
}): JSX.Element {
  const version = latestDeployment(state.data, service.name)?.version;
  const entries = (state.data.journal ?? []).filter(({ serviceName }) => serviceName === service.name);
  const last = entries.findLast((entry) => entry.version === String(version))?.config;
  const rows = configRows(last, service.config);
  const changed = rows.filter(({ isChanged }) => isChanged).length;
  return (
    <section aria-labelledby="config-title">
      <h2 id="config-title">
        Configuration{' '}
        <span class="quiet">
          {changed === 0 ? 'no field differs' : `${changed} of ${rows.length} fields differ`} · secrets are compared,
          never shown
        </span>
      </h2>
      <table class="list panel">
        <thead>
          <tr>
            <th scope="col">field</th>
            <th scope="col">{version === undefined ? 'never deployed' : `version ${version}`}</th>
            <th scope="col">next</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, last: before, next, isChanged }) => (
            <tr key={field} class={isChanged ? 'changed' : undefined}>
              <th scope="row" class="code">
                {field}
                {isChanged && <span class="hidden"> differs</span>}
                {isChanged && <span aria-hidden="true"> ≠</span>}
              </th>
              <td data-name="last" class="code">
                {before ?? '(none)'}
              </td>
              <td data-name="next" class="code">
                {next ?? '(none)'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
