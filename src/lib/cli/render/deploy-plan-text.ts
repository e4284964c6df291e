/** What a server says that a deploy would do. */
export interface DeployPlan {
  readonly service: string;
  readonly version: number;
  readonly image?: string;
  readonly operations?: readonly { readonly kind: string; readonly subject: string; readonly cause: string }[];
  /** Why it would fail. */
  readonly blockers?: readonly string[];
}

/** `deploy --dry-run`: one line for each operation, and why the deploy would fail. */
export function renderDeployPlan({ service, version, image, operations = [], blockers = [] }: DeployPlan): string {
  const width = Math.max(0, ...operations.map(({ kind }) => kind.length));
  const lines = [
    `${service} version ${String(version)}${image === undefined ? '' : ` of ${image}`}`,
    ...operations.map(({ kind, subject, cause }) => `  ${kind.padEnd(width)}  ${subject}  ${cause}`),
    ...(operations.length === 0 ? ['  nothing would be run'] : []),
    ...blockers.map((blocker) => `  it would fail: ${blocker}`),
  ];
  return `${lines.join('\n')}\n`;
}
