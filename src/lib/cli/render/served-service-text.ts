interface ServedService {
  readonly name: string;
  readonly description?: string;
  readonly dockerRepository: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly running: number | null;
}

/** `services show`: the service, and what its next version would run with. `environment` is what may be shown of it. */
export function renderServedService(
  { name, description, dockerRepository, config, running }: ServedService,
  environment: readonly string[],
): string {
  const texts = Object.entries({ ...config, env: environment.join(' ') }).filter(([, value]) => !isEmpty(value));
  const lines = [
    name,
    ...(description === undefined || description === '' ? [] : [`  ${description}`]),
    `  repository: ${dockerRepository}`,
    `  running: ${running === null ? 'no version' : `version ${String(running)}`}`,
    '  next version:',
    ...texts.map(([key, value]) => `    ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
