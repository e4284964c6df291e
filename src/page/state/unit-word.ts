import type { Deployment, Host, Unit } from './documents.ts';

/** The states that the page tells apart, in the order of its legend. */
export const unitWords = [
  'healthy',
  'running',
  'starting',
  'draining',
  'unhealthy',
  'failed',
  'stopped',
  'unreachable',
  'orphan',
] as const;
export type UnitWord = (typeof unitWords)[number];

interface Around {
  readonly host: Host | undefined;
  /** The latest of its service. */
  readonly deployment: Deployment | undefined;
}

/** The one word for the state of a unit. What cannot be asked is neither well nor unwell. */
export function unitWord(unit: Unit, { host, deployment }: Around): UnitWord {
  if (host !== undefined && host.State !== 'ready') return 'unreachable';
  if (unit.orphan === true) return 'orphan';
  if (unit.subState === 'failed') return 'failed';
  if (unit.activeState === 'inactive') return 'stopped';
  if (unit.activeState === 'activating' || unit.health === 'starting') return 'starting';
  if (deployment?.state === 'draining' && unit.version < deployment.version) return 'draining';
  if (unit.health === 'unhealthy') return 'unhealthy';
  return unit.health === 'healthy' ? 'healthy' : 'running';
}

/** Why a unit is as it is, as a sentence; undefined where there is nothing to explain. */
export function reasonOf(unit: Unit, word: UnitWord): string | undefined {
  const code = unit.exitCode === undefined ? undefined : `Ended with exit code ${unit.exitCode}.`;
  const error = unit.error === undefined ? undefined : sentence(unit.error);
  switch (word) {
    case 'failed':
      return error ?? code ?? 'It has failed; its log has the reason.';
    case 'stopped':
      return error ?? code ?? 'It has ended.';
    case 'unhealthy':
      return error ?? 'Its healthcheck fails. It takes no new connections.';
    case 'unreachable':
      return 'Its host does not answer, so its state is not known.';
    case 'orphan':
      return `The server knows no service ${unit.service}: its data was lost, or is an older copy. It is left alone.`;
    case 'starting':
      return error;
    case 'draining':
      return 'A newer version has taken its place. It keeps the connections that it has, for at most 30 seconds.';
    case 'healthy':
    case 'running':
      return undefined;
  }
}

export function sentence(text: string): string {
  return ended(text.charAt(0).toUpperCase() + text.slice(1));
}

/** With a full stop, unless it has an end. */
export function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
