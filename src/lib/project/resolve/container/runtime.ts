import { definedOnly } from '../../../defined.ts';
import type { RuntimeOptions } from '../../../model/runtime-options.ts';
import { parseBytes, parseSeconds } from '../../conf/quantities.ts';
import type { EntryValues, LoggingValue } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import { hostLines, parsePairs } from './pairs.ts';

/** How the engine is to run an instance, by the keys of run.conf that the Compose specification has as well. */
export function resolveRuntime(
  tmpfs: readonly string[],
  hosts: readonly string[],
  { entry, switches }: InstanceContext,
): RuntimeOptions {
  const values: Partial<EntryValues> = entry?.values ?? {};
  const interactive = switches.switches.interactive.value;
  return definedOnly({
    restart: values.restart ?? (switches.type.value === 'debug' || interactive ? 'no' : 'unless-stopped'),
    stopSignal: values.stop_signal,
    stopSeconds: ifDefined(values.stop_grace_period, wholeSeconds),
    memoryBytes: ifDefined(values.mem_limit, parseBytes),
    cpus: ifDefined(values.cpus, Number),
    user: ifDefined(values.user, String),
    workingDirectory: values.working_dir,
    capAdd: values.cap_add?.map(capability),
    capDrop: values.cap_drop?.map(capability),
    devices: values.devices,
    privileged: values.privileged,
    securityOptions: values.security_opt,
    containerRuntime: values.runtime,
    tmpfs: tmpfsOf(values.tmpfs, tmpfs),
    ulimits: ifDefined(values.ulimits, ulimitsOf),
    shmBytes: ifDefined(values.shm_size, parseBytes),
    init: values.init,
    readOnly: values.read_only,
    extraHosts: extraHosts(values.extra_hosts, hosts),
    dnsServers: ifDefined(values.dns, (value) => [value].flat()),
    logging: ifDefined(values.logging, loggingOf),
    sysctls: ifDefined(values.sysctls, parsePairs),
    platform: values.platform,
    interactive: interactive ? true : undefined,
  });
}

function ifDefined<T, U>(value: T | undefined, convert: (value: T) => U): U | undefined {
  return value === undefined ? undefined : convert(value);
}

/** The engine counts the time to stop in whole seconds. */
function wholeSeconds(value: string | number): number | undefined {
  return ifDefined(parseSeconds(value), Math.ceil);
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

/** A line of run.conf counts, not that of a link of the same name. */
function extraHosts(written: EntryValues['extra_hosts'], ofLinks: readonly string[]): readonly string[] | undefined {
  const own = ifDefined(written, hostLines);
  const names = new Set(own?.map((line) => line.split(':')[0]));
  const added = ofLinks.filter((line) => !names.has(line.split(':')[0]));
  return added.length === 0 ? own : [...(own ?? []), ...added];
}

function loggingOf({ driver = 'json-file', options = {} }: LoggingValue): RuntimeOptions['logging'] {
  return { driver, options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)])) };
}

function tmpfsOf(written: EntryValues['tmpfs'], added: readonly string[]): readonly string[] | undefined {
  const own = ifDefined(written, (value) => [value].flat());
  return added.length === 0 ? own : [...(own ?? []), ...added].toSorted();
}

function ulimitsOf(limits: NonNullable<EntryValues['ulimits']>): RuntimeOptions['ulimits'] {
  return Object.entries(limits)
    .map(([name, limit]) =>
      typeof limit === 'number' ? { name, soft: limit, hard: limit } : { name, soft: limit.soft, hard: limit.hard },
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
