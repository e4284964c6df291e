import type { EntryValues, LoggingValue } from '../conf/run-conf-entry.ts';
import { definedOnly } from '../../defined.ts';
import { isRecord, type YamlMap } from './compose-file.ts';
import { convertDependsOn, convertLinks, importedInstance } from './convert-dependencies.ts';
import { convertDeploy, convertReplicas } from './convert-deploy.ts';
import { convertEnvFiles } from './convert-env-files.ts';
import { convertEnvironment } from './convert-environment.ts';
import { convertHealthcheck } from './convert-healthcheck.ts';
import { convertAliases, convertExtraHosts, convertNetworkMode } from './convert-networks.ts';
import { convertPorts } from './convert-ports.ts';
import { convertSecrets } from './convert-secrets.ts';
import { convertVolumes } from './convert-volumes.ts';
import type { ServiceContext } from './service-context.ts';
import { asList, textOf } from './yaml-values.ts';

type Values = Partial<EntryValues>;
type Convert = (value: unknown, context: ServiceContext) => Values;

const same =
  (key: keyof EntryValues): Convert =>
  (value) => ({ [key]: value });
const list =
  (key: keyof EntryValues): Convert =>
  (value) => ({ [key]: asList(value) });
/** Converted by convert-build.ts, or without a meaning here. */
const nothing: Convert = () => ({});

/** How each key of a service is converted. */
const converters: Readonly<Record<string, Convert>> = {
  build: nothing,
  image: nothing,
  entrypoint: nothing,
  expose: nothing,
  environment: (value, context) => ({ env_vars: convertEnvironment(value, context) }),
  ports: convertPorts,
  volumes: convertVolumes,
  env_file: convertEnvFiles,
  depends_on: convertDependsOn,
  healthcheck: convertHealthcheck,
  restart: convertRestart,
  profiles: convertProfiles,
  secrets: convertSecrets,
  links: convertLinks,
  deploy: convertDeploy,
  scale: convertReplicas,
  network_mode: convertNetworkMode,
  networks: convertAliases,
  command: (value) => (value === null ? {} : { seed_command: value as string }),
  hostname: same('hostname'),
  user: (value) => ({ user: textOf(value) }),
  init: same('init'),
  read_only: same('read_only'),
  platform: same('platform'),
  ulimits: same('ulimits'),
  shm_size: same('shm_size'),
  mem_limit: same('mem_limit'),
  cpus: same('cpus'),
  stop_signal: same('stop_signal'),
  stop_grace_period: same('stop_grace_period'),
  sysctls: same('sysctls'),
  labels: same('labels'),
  devices: list('devices'),
  tmpfs: list('tmpfs'),
  cap_add: list('cap_add'),
  cap_drop: list('cap_drop'),
  security_opt: list('security_opt'),
  dns: list('dns'),
  privileged: same('privileged'),
  runtime: same('runtime'),
  working_dir: same('working_dir'),
  logging: convertLogging,
  extra_hosts: convertExtraHosts,
  tty: (value, context) =>
    value === true ? changed('tty', 'not needed: `dockerops shell` and `exec` open a terminal', context) : {},
  stdin_open: (value, context) =>
    value === true ? changed('stdin_open', 'for an instance that you type into, set "interactive"', context) : {},
  container_name: convertContainerName,
};

/** Every key of a service as keys of run.conf. What has no equivalent is reported to the context. */
export function convertService(service: YamlMap, context: ServiceContext): Values {
  const merged: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(service).filter(([name]) => !name.startsWith('x-'))) {
    const convert = Object.hasOwn(converters, key) ? converters[key] : undefined;
    const values = convert === undefined ? unsupported(key, undefined, context) : convert(value, context);
    for (const [name, converted] of Object.entries(values)) merged[name] = mergeValues(merged[name], converted);
  }
  return merged;
}

/** Two keys may become one: `links` and `depends_on`, `tmpfs` and `volumes`. */
function mergeValues(before: unknown, now: unknown): unknown {
  return Array.isArray(before) && Array.isArray(now)
    ? [...(before as readonly unknown[]), ...(now as readonly unknown[])]
    : now;
}

function changed(key: string, message: string, context: ServiceContext): Values {
  context.convert([key], `"${key}": ${message}`);
  return {};
}

function unsupported(key: string, suggestion: string | undefined, context: ServiceContext): Values {
  context.drop([key], `"${key}" is not supported`, suggestion);
  return {};
}

/** Others that reach it by the name of its container go on doing so. */
function convertContainerName(value: unknown, context: ServiceContext): Values {
  const name = `<project>-${context.service}-${importedInstance}`;
  changed(
    'container_name',
    `the container is called ${name}; other instances reach it as ${textOf(value)}, too`,
    context,
  );
  return { aliases: [textOf(value)] };
}

function convertLogging(value: unknown): Values {
  const { driver, options } = isRecord(value) ? value : {};
  return { logging: definedOnly({ driver: driver ?? undefined, options: options ?? undefined }) as LoggingValue };
}

function convertRestart(value: unknown, context: ServiceContext): Values {
  const [policy = '', attempts] = (value === false ? 'no' : textOf(value)).split(':');
  if (attempts !== undefined)
    context.drop(['restart'], `the number of attempts (${attempts}) is not supported: there is no limit`);
  return { restart: policy as 'no' };
}

function convertProfiles(value: unknown, context: ServiceContext): Values {
  const [first, ...others] = asList(value);
  if (others.length > 0)
    context.drop(['profiles'], `an instance has one group, ${first ?? ''}; ${others.join(', ')} is not converted`);
  return first === undefined ? {} : { group: first, autostart: false };
}
