import { firstSuggestions, type DockeropsError, Interrupted, OperationFailed } from '../../errors.ts';

/** One error for all hosts that failed; undefined when none did. */
export function failedHosts(
  hosts: readonly { readonly host: string; readonly error?: DockeropsError }[],
): DockeropsError | undefined {
  const failed = hosts.flatMap(({ host, error }) => (error === undefined ? [] : [{ host, error }]));
  const interrupted = failed.find(({ error }) => error instanceof Interrupted);
  if (interrupted !== undefined || failed.length === 0) return interrupted?.error;
  const which = `${String(failed.length)} of ${String(hosts.length)} hosts`;
  return new OperationFailed(hosts.length === 1 ? 'the host failed' : `${which} failed`, {
    code: 'HOSTS_FAILED',
    problems: failed.flatMap(({ host, error }) => [
      { where: host, message: error.message },
      ...error.problems.map(({ where, message }) => ({ where: `${host}: ${where ?? ''}`, message })),
    ]),
    suggestions: firstSuggestions(failed.map(({ error }) => error)),
  });
}
