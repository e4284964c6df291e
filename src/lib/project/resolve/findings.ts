import type { Problem } from '../../errors.ts';

/** A variable that somebody has to supply. */
export interface MissingVariable {
  readonly name: string;
  /** `<service>-<instance>` that needs it. */
  readonly key: string;
  readonly reason: string;
  readonly where?: string;
  readonly secret: boolean;
}

/** What a step of resolving reports besides its result. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly missing: readonly MissingVariable[];
  readonly notices: readonly string[];
  /** An address is a placeholder (`<eth0 of host X>`), because the interfaces of the host are not known. */
  readonly lacksInterfaces: boolean;
}

/** The findings of all steps, in their order. */
export function gatherFindings(steps: readonly Partial<Findings>[]): Findings {
  return {
    problems: steps.flatMap(({ problems = [] }) => problems),
    missing: steps.flatMap(({ missing = [] }) => missing),
    notices: steps.flatMap(({ notices = [] }) => notices),
    lacksInterfaces: steps.some(({ lacksInterfaces }) => lacksInterfaces === true),
  };
}
