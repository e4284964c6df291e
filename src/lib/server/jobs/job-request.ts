import { definedOnly } from '../../defined.ts';
import type { RegistryLogin } from '../../engine/connection/registry-credentials.ts';
import { splitWords } from '../../shell-words.ts';
import type { JobRequest, Schedule } from './job.ts';
import { parseLogin } from './registry-login.ts';
import { runSchema, type RunBody } from './run-schema.ts';
import { scheduleProblem } from './schedule.ts';

export interface RequestDefaults {
  readonly memoryMegabytes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Makes a name for a job without one. */
  readonly makeName: () => string;
}

export interface ReadRequest {
  readonly request: JobRequest;
  /** Not part of the request, which is shown. */
  readonly login?: RegistryLogin;
  readonly warnings: readonly string[];
}

/** Longest name of a job whose runs append their number to it. */
const maxScheduledName = 52;
const reserved = /^(dockerops|com\.docker)\./;

/** What a body asks for that the schema allows, or why it is refused: `command missing or invalid`. */
export function readRequest(body: RunBody, defaults: RequestDefaults): ReadRequest | string {
  const words = splitWords(body.command);
  if (words === undefined || (words[0] ?? '') === '') return 'command missing or invalid';
  const login = body.auth === undefined ? undefined : parseLogin(body.auth, body.image);
  if (body.auth !== undefined && login === undefined)
    return 'auth missing or invalid: JSON with username and password, as base64';
  const label = Object.keys(body.labels ?? {}).find((name) => reserved.test(name));
  if (label !== undefined) return `labels missing or invalid: "${label}" is reserved`;
  const schedule = scheduleOf(body);
  const problem = schedule === undefined ? undefined : scheduleProblem(schedule, defaults.now);
  if (problem !== undefined) return problem;
  const name = body.name ?? defaults.makeName();
  if (schedule !== undefined && name.length > maxScheduledName)
    return `name missing or invalid: with a schedule it has at most ${maxScheduledName} characters`;
  const request = { ...plainRequest(body, defaults), words, name, ...definedOnly({ schedule }) };
  return { request, ...definedOnly({ login }), warnings: unknownKeys(body) };
}

function plainRequest(body: RunBody, { memoryMegabytes }: RequestDefaults): Omit<JobRequest, 'words' | 'name'> {
  return {
    image: body.image,
    command: body.command,
    memoryBytes: Math.round((body.memory ?? memoryMegabytes) * 2 ** 20),
    labels: body.labels ?? {},
    environment: body.env ?? {},
    constraints: body.constraints ?? [],
    retries: body.retries ?? 0,
    concurrency: body.concurrency ?? 'forbid',
    ...definedOnly({ timeoutSeconds: body.timeout }),
  };
}

function scheduleOf({ schedule, timezone }: RunBody): Schedule | undefined {
  return schedule === undefined ? undefined : { pattern: schedule, timezone: timezone ?? 'UTC' };
}

/** `token` is how the first job server was asked. */
function unknownKeys(body: RunBody): readonly string[] {
  return Object.keys(body)
    .filter((key) => key !== 'token' && !Object.hasOwn(runSchema.properties, key))
    .map((key) => `unknown key "${key}"`);
}
