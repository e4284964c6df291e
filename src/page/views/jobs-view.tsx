import type { JSX } from 'preact';
import type { Shown } from '../live/store.ts';
import { ageText } from '../state/age.ts';
import type { Job } from '../state/documents.ts';
import { State, type GlyphName } from './glyph.tsx';

const words: Readonly<Record<string, GlyphName>> = {
  pending: 'pending',
  preparing: 'starting',
  started: 'running',
  complete: 'done',
  failed: 'failed',
  shutdown: 'stopped',
};

export function JobsView({ shown: { state, now } }: { readonly shown: Shown }): JSX.Element {
  const { jobs = [] } = state.data;
  return (
    <>
      <h1>
        Jobs <span class="quiet">{jobs.length}</span>
      </h1>
      {jobs.length === 0 ? (
        <section class="panel padded">
          <p>A job is a command that runs once, or by a schedule, in a container on a node of the Swarm.</p>
          <p>
            <code>dockerops jobs run --name report user/image -- node report.js</code>
          </p>
        </section>
      ) : (
        <table class="list panel">
          <thead>
            <tr>
              <th scope="col">job</th>
              <th scope="col">state</th>
              <th scope="col">image</th>
              <th scope="col">command</th>
              <th scope="col">node</th>
              <th scope="col">made</th>
              <th scope="col">reason</th>
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => (
              <Row key={job.id} job={job} now={now} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Row({ job, now }: { readonly job: Job; readonly now: number }): JSX.Element {
  const { command, schedule } = job;
  const code = job.exitCode === undefined ? undefined : `exit code ${job.exitCode}`;
  return (
    <tr>
      <th scope="row">{job.name}</th>
      <td data-name="state">
        <State name={words[job.state] ?? 'pending'} text={job.state} />
      </td>
      <td data-name="image" class="code">
        {job.image}
      </td>
      <td data-name="command" class="code">
        {typeof command === 'string' ? command : command.join(' ')}
      </td>
      <td data-name="node">{job.node ?? '–'}</td>
      <td data-name="made">
        {ageText(now - Date.parse(job.createdAt))} ago{schedule !== undefined && `, at ${schedule}`}
      </td>
      <td data-name="reason">{job.error ?? code ?? '–'}</td>
    </tr>
  );
}
