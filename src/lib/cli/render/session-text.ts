import type { SessionEnd } from '../../use-cases/sessions/interactive-session.ts';

/** What became of an interactive instance after its session, and the commands for what may come next. */
export function renderSessionEnd(end: SessionEnd): string {
  const { key, what } = end;
  if (end.state === 'left') return `${key} keeps running; for a shell in it: dockerops shell:${what}`;
  const next = `run it again: dockerops rerun:${what}, or remove it: dockerops clean:${what}`;
  return `${key} exited with status ${String(end.exitCode)}; ${next}`;
}
