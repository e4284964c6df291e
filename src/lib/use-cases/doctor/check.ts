/** One thing that dockerops needs, and how to fix it if it is not right. */
export interface Check {
  readonly name: string;
  /** `unknown`: it cannot be seen from this machine. */
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly text: string;
  readonly fix?: string;
}
