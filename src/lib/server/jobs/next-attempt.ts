import { waiting, type Job, type Run } from './job.ts';

const firstMs = 5000;
const maxMs = 300_000;

/** How long the n-th attempt waits after the failure of the one before it, in milliseconds. */
function retryDelay(attempt: number): number {
  return Math.min(maxMs, firstMs * 2 ** (attempt - 2));
}

/** The run as it is to be tried again after it failed; undefined: it has failed for good. */
export function nextAttempt({ request, stoppedAt }: Job, run: Run, now: number): Run | undefined {
  if (run.state !== 'failed' || run.attempt > request.retries || stoppedAt !== undefined) return undefined;
  const attempt = run.attempt + 1;
  const notBefore = now + retryDelay(attempt);
  const { job, number, service, serviceId, createdAt } = run;
  const total = request.retries + 1;
  const error =
    `attempt ${run.attempt} of ${total} failed (${run.error ?? 'without a reason'}); ` +
    `the next one starts at ${new Date(notBefore).toISOString()}`;
  const left = serviceId === undefined ? {} : { serviceId, unwanted: 'it failed and is tried again' };
  return { ...waiting, job, number, service, createdAt, attempt, notBefore, error, isGone: false, ...left };
}
