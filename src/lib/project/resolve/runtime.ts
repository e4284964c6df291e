import type { Problem } from '../../errors.ts';
import type { InstanceType } from '../../switches.ts';
import { parseBytes, parseSeconds } from '../conf/quantities.ts';
import { placeIn, type EntryValues, type HealthcheckValue, type RunConfEntry } from '../conf/run-conf-entry.ts';
import type { Healthcheck, RuntimeOptions } from '../../model/runtime-options.ts';

export interface RuntimeInput {
  readonly entry: RunConfEntry | undefined;
  readonly type: InstanceType;
  readonly interactive: boolean;
  /** In memory, besides what run.conf says. */
  readonly tmpfs: readonly string[];
}

/** How the engine shall run the instance: what run.conf says in the Compose specification's words, and the restart rule. */
export function resolveRuntime({ entry, type, interactive, tmpfs }: RuntimeInput): RuntimeOptions {
  const values: Partial<EntryValues> = entry?.values ?? {};
  return withoutUndefined({
    restart: values.restart ?? (type === 'debug' || interactive ? 'no' : 'unless-stopped'),
    stopSignal: values.stop_signal,
    stopSeconds: wholeSeconds(values.stop_grace_period),
    memoryBytes: bytes(values.mem_limit),
    cpus: values.cpus === undefined ? undefined : Number(values.cpus),
    user: values.user === undefined ? undefined : String(values.user),
    capAdd: values.cap_add?.map(capability),
    capDrop: values.cap_drop?.map(capability),
    devices: values.devices,
    tmpfs: more(list(values.tmpfs), tmpfs),
    ulimits:
      values.ulimits === undefined
        ? undefined
        : Object.entries(values.ulimits)
            .map(([name, limit]) => ({
              name,
              ...(typeof limit === 'number' ? { soft: limit, hard: limit } : { soft: limit.soft, hard: limit.hard }),
            }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
    shmBytes: bytes(values.shm_size),
    init: values.init,
    readOnly: values.read_only,
    extraHosts: hostLines(values.extra_hosts),
    sysctls: values.sysctls === undefined ? undefined : pairs(values.sysctls),
    platform: values.platform,
    interactive: interactive ? true : undefined,
  });
}

function withoutUndefined(
  options: { readonly restart: RuntimeOptions['restart'] } & {
    readonly [K in keyof RuntimeOptions]: RuntimeOptions[K] | undefined;
  },
): RuntimeOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as RuntimeOptions;
}

function bytes(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : parseBytes(value);
}

function seconds(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : parseSeconds(value);
}

/** The engine counts the time to stop in whole seconds. */
function wholeSeconds(value: string | number | undefined): number | undefined {
  const exact = seconds(value);
  return exact === undefined ? undefined : Math.ceil(exact);
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

export function list(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value].flat();
}

function more(written: readonly string[] | undefined, added: readonly string[]): readonly string[] | undefined {
  return added.length === 0 ? written : [...(written ?? []), ...added].toSorted();
}

/** `{"a": 1}` and `["a=1"]` are two ways to write the same. */
export function pairs(
  value: Readonly<Record<string, string | number>> | readonly string[],
): Readonly<Record<string, string>> {
  const entries = isTexts(value)
    ? value.map((text) => splitAt(text, '='))
    : Object.entries(value).map(([name, member]) => [name, String(member)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isTexts(value: Readonly<Record<string, string | number>> | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function hostLines(value: EntryValues['extra_hosts']): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return (
    isTexts(value)
      ? value.map((line) => line.replace(/^([^:=]+)=/, '$1:'))
      : Object.entries(value).map(([name, address]) => `${name}:${String(address)}`)
  ).toSorted();
}

export function resolveHealthcheck(value: HealthcheckValue | undefined): Healthcheck | undefined {
  if (value === undefined) return undefined;
  if (value.disable === true) return { test: ['NONE'] };
  const { test, retries } = value;
  const parts = {
    test: test === undefined ? [] : typeof test === 'string' ? ['CMD-SHELL', test] : test,
    intervalSeconds: seconds(value.interval),
    timeoutSeconds: seconds(value.timeout),
    startSeconds: seconds(value.start_period),
    retries,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as unknown as Healthcheck;
}

/** What the schema cannot see in these keys. */
export function runtimeProblems(entry: RunConfEntry | undefined): readonly Problem[] {
  if (entry === undefined) return [];
  const { healthcheck, labels } = entry.values;
  const test = healthcheck?.test;
  const badTest = Array.isArray(test) && !['CMD', 'CMD-SHELL', 'NONE'].includes(String(test[0]));
  const ours = Object.keys(labels === undefined ? {} : pairs(labels)).filter((name) => name.startsWith('dockerops.'));
  return [
    ...(badTest
      ? [
          {
            where: placeIn(entry, 'healthcheck.test'),
            message: '"healthcheck.test" as a list begins with "CMD", "CMD-SHELL" or "NONE"',
            suggestion: 'write ["CMD", "program", …], or the command as one text',
          },
        ]
      : []),
    ...ours.map((name) => ({
      where: placeIn(entry, `labels.${name}`),
      message: `labels that begin with "dockerops." are made by dockerops: ${name}`,
      suggestion: 'give it another name',
    })),
  ];
}
