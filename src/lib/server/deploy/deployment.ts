/** The words of deployments. Times are in milliseconds since 1970. */

export type DeploymentState =
  'queued' | 'pulling' | 'starting' | 'switching' | 'draining' | 'done' | 'failed' | 'superseded';

/** The way of one version to its units. */
export interface Deployment {
  readonly id: string;
  readonly service: string;
  readonly version: number;
  readonly state: DeploymentState;
  /** States that it went through, with the time of each. */
  readonly phases: readonly { readonly name: DeploymentState; readonly at: number }[];
  readonly createdAt: number;
  /** What was odd about the request, though it was accepted. */
  readonly note?: string;
  /** Why it failed, with the unit and the node that it failed on. */
  readonly error?: string;
  readonly unit?: string;
  readonly node?: string;
  readonly exitCode?: number;
  /** At most the last 20 lines of that unit. */
  readonly logs?: readonly string[];
}

export function isEnded({ state }: Pick<Deployment, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'superseded';
}

/** A deployment that has not begun. */
export function queued({ now, ...rest }: Pick<Deployment, 'id' | 'service' | 'version' | 'note'> & { now: number }) {
  const deployment: Deployment = { ...rest, state: 'queued', createdAt: now, phases: [{ name: 'queued', at: now }] };
  return deployment;
}

/** The deployment in a state from now on; `more` is what is known of it besides. */
export function entered(
  deployment: Deployment,
  state: DeploymentState,
  now: number,
  more: Partial<Pick<Deployment, 'error' | 'unit' | 'node' | 'exitCode' | 'logs'>> = {},
): Deployment {
  return { ...deployment, state, phases: [...deployment.phases, { name: state, at: now }], ...more };
}
