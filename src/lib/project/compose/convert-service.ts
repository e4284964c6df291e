import type { EntryValues, SecretValue } from '../conf/run-conf-entry.ts';
import { parsePort } from '../resolve/network/port-text.ts';
import { splitWords } from '../../shell-words.ts';
import { isRecord } from './compose-file.ts';
import { convertEnvironment } from './convert-environment.ts';
import { convertVolumes } from './convert-volumes.ts';
import type { ServiceContext } from './service-context.ts';

type Values = Partial<EntryValues>;
type Convert = (value: unknown, context: ServiceContext) => Values;

/** The instance that a service of a compose file becomes. */
export const importedInstance = 'main';

const same =
  (key: keyof EntryValues): Convert =>
  (value) => ({ [key]: value });
const list =
  (key: keyof EntryValues): Convert =>
  (value) => ({ [key]: asList(value) });
/** Taken care of elsewhere, or without a meaning here. */
const nothing: Convert = () => ({});

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
  network_mode: convertNetworkMode,
  networks: convertNetworks,
  command: (value) => (value === null ? {} : { seed_command: value as string }),
  hostname: same('hostname'),
  user: (value) => ({ user: String(value) }),
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
  extra_hosts: convertExtraHosts,
  tty: (value, context) =>
    value === true ? tellOf('tty', 'a terminal is given by `dockerops shell` and `exec`', context) : {},
  stdin_open: (value, context) =>
    value === true ? tellOf('stdin_open', 'for one that is typed into, set "interactive"', context) : {},
  container_name: (value, context) =>
    tellOf(
      'container_name',
      `the container is called <project>-${context.service}-${importedInstance}, not ${String(value)}`,
      context,
    ),
  working_dir: (value, context) =>
    loseOf('working_dir', `write \`WORKDIR ${String(value)}\` in its Dockerfile`, context),
  extends: (_, context) => loseOf('extends', 'put what it takes over into run.conf by hand', context),
};

/** Every key of a service, as keys of run.conf. What has no counterpart is told to the context. */
export function convertService(service: Readonly<Record<string, unknown>>, context: ServiceContext): Values {
  const merged: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(service).filter(([name]) => !name.startsWith('x-'))) {
    const convert = Object.hasOwn(converters, key) ? converters[key] : undefined;
    if (convert === undefined) context.lose([key], `"${key}" has no counterpart`);
    else
      for (const [name, converted] of Object.entries(convert(value, context)))
        merged[name] = together(merged[name], converted);
  }
  return merged;
}

/** Two keys may tell of one: `links` and `depends_on`, `tmpfs` and `volumes`. */
function together(before: unknown, now: unknown): unknown {
  return Array.isArray(before) && Array.isArray(now)
    ? [...(before as readonly unknown[]), ...(now as readonly unknown[])]
    : now;
}

function tellOf(key: string, message: string, context: ServiceContext): Values {
  context.tell([key], message);
  return {};
}

function loseOf(key: string, suggestion: string, context: ServiceContext): Values {
  context.lose([key], `"${key}" has no counterpart`, suggestion);
  return {};
}

function asList(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function convertPorts(value: unknown, context: ServiceContext): Values {
  const ports = (Array.isArray(value) ? value : []).flatMap((port: unknown, index) => {
    const text = isRecord(port) ? longPort(port) : String(port);
    if (parsePort(text) !== undefined) return [text];
    context.lose(
      ['ports', index],
      `the port ${isRecord(port) ? JSON.stringify(port) : text} cannot be said so`,
      'write it like "8080:80" or "127.0.0.1:53:53/udp"',
    );
    return [];
  });
  return ports.length === 0 ? {} : { publish_ports: true, ports };
}

function longPort({ target, published, host_ip: ip, protocol }: Readonly<Record<string, unknown>>): string {
  const outside = published === undefined ? '' : `${String(published)}:`;
  return `${ip === undefined ? '' : `${String(ip)}:${published === undefined ? ':' : ''}`}${outside}${String(target)}${protocol === undefined ? '' : `/${String(protocol)}`}`;
}

function convertEnvFiles(value: unknown, context: ServiceContext): Values {
  const files = (Array.isArray(value) ? value : [value]).flatMap((file: unknown, index) => {
    const path = (isRecord(file) ? String(file['path']) : String(file)).replace(/^\.\//, '');
    if (context.hasFile(path)) return [path];
    context.lose(Array.isArray(value) ? ['env_file', index] : ['env_file'], `there is no file ${path}`);
    return [];
  });
  return files.length === 0 ? {} : { env_file: files };
}

/** Ready is what the healthcheck says, so the two usual conditions are one. */
function convertDependsOn(value: unknown, context: ServiceContext): Values {
  const names = Array.isArray(value) ? value.map(String) : isRecord(value) ? Object.keys(value) : [];
  const known = names.flatMap((name, index) => {
    const here = context.names.get(name);
    if (here === undefined)
      context.lose(['depends_on', Array.isArray(value) ? index : name], `${name} is no service here`);
    return here === undefined ? [] : [{ name, here }];
  });
  if (isRecord(value)) for (const [name, how] of Object.entries(value)) tellConditions(name, how, context);
  const renamed = known.filter(({ name, here }) => name !== here);
  return {
    ...(known.length === 0 ? {} : { depends_on: known.map(({ here }) => here) }),
    ...(renamed.length === 0
      ? {}
      : { links: renamed.map(({ name, here }) => ({ name, service: here, instance: importedInstance })) }),
  };
}

function tellConditions(name: string, how: unknown, context: ServiceContext): void {
  if (!isRecord(how)) return;
  if (how['condition'] === 'service_completed_successfully')
    context.lose(
      ['depends_on', name, 'condition'],
      `${name} is to run to its end before; here an instance is ready while it runs`,
      `run it before: dockerops once:${context.names.get(name) ?? name}`,
    );
  for (const key of Object.keys(how))
    if (key !== 'condition') context.lose(['depends_on', name, key], `"${key}" of a dependency has no counterpart`);
}

const healthcheckKeys = ['interval', 'timeout', 'start_period', 'retries', 'disable'];

function convertHealthcheck(value: unknown, context: ServiceContext): Values {
  if (!isRecord(value)) return {};
  const test = value['test'];
  for (const key of Object.keys(value))
    if (key !== 'test' && !healthcheckKeys.includes(key))
      context.lose(['healthcheck', key], `"${key}" of a healthcheck has no counterpart`);
  if (Array.isArray(test) && test[0] === 'NONE') return { healthcheck: { disable: true } };
  const kept = Object.fromEntries(
    healthcheckKeys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]]),
  );
  return { healthcheck: { ...(test === undefined ? {} : { test: test as string }), ...kept } };
}

function convertRestart(value: unknown, context: ServiceContext): Values {
  const [policy = '', times] = (value === false ? 'no' : String(value)).split(':');
  if (times !== undefined) context.lose(['restart'], `the number of tries (${times}) is left out`);
  return { restart: policy as 'no' };
}

function convertProfiles(value: unknown, context: ServiceContext): Values {
  const [first, ...others] = asList(value);
  if (others.length > 0) context.lose(['profiles'], `an instance is in one group; ${others.join(', ')} is left out`);
  return first === undefined ? {} : { group: first, autostart: false };
}

function convertSecrets(value: unknown, context: ServiceContext): Values {
  const secrets = (Array.isArray(value) ? value : []).flatMap((secret: unknown, index): readonly SecretValue[] => {
    const source = isRecord(secret) ? String(secret['source']) : String(secret);
    const name =
      isRecord(secret) && typeof secret['target'] === 'string'
        ? secret['target'].replace(/^\/run\/secrets\//, '')
        : source;
    const all = context.root['secrets'];
    const definition = isRecord(all) ? all[source] : undefined;
    for (const key of isRecord(secret) ? Object.keys(secret) : [])
      if (!['source', 'target'].includes(key))
        context.lose(['secrets', index, key], `"${key}" of a secret has no counterpart`);
    if (isRecord(definition) && typeof definition['file'] === 'string')
      return [{ name, file: definition['file'].replace(/^\.\//, '') }];
    if (isRecord(definition) && typeof definition['environment'] === 'string')
      return [{ name, variable: definition['environment'] }];
    context.lose(
      ['secrets', index],
      `the secret ${source} is kept outside of the compose file`,
      `give its file: {"name": "${name}", "file": "…"}`,
    );
    return [];
  });
  return secrets.length === 0 ? {} : { secrets };
}

function convertLinks(value: unknown, context: ServiceContext): Values {
  const links = asList(value).flatMap((link, index) => {
    const [target = '', name = target] = link.split(':');
    const here = context.names.get(target);
    if (here === undefined) context.lose(['links', index], `${target} is no service here`);
    return here === undefined ? [] : [{ name, service: here, instance: importedInstance }];
  });
  return links.length === 0 ? {} : { links };
}

function convertDeploy(value: unknown, context: ServiceContext): Values {
  if (!isRecord(value)) return {};
  const { resources, replicas, restart_policy: policy, ...others } = value;
  for (const key of Object.keys(others)) context.lose(['deploy', key], `"${key}" of deploy has no counterpart`);
  if (Number(replicas ?? 1) !== 1)
    context.lose(
      ['deploy', 'replicas'],
      `one instance is made of ${String(replicas)}`,
      'copy its entry for each, with another "instance"',
    );
  const condition = isRecord(policy)
    ? ({ none: 'no', any: 'always', 'on-failure': 'on-failure' } as const)[
        String(policy['condition'] ?? 'any') as 'none'
      ]
    : undefined;
  return {
    ...(isRecord(resources) ? convertLimits(resources, context) : {}),
    ...(condition === undefined ? {} : { restart: condition }),
  };
}

function convertLimits({ limits, ...others }: Readonly<Record<string, unknown>>, context: ServiceContext): Values {
  for (const key of Object.keys(others))
    context.lose(['deploy', 'resources', key], `"${key}" of resources has no counterpart`);
  if (!isRecord(limits)) return {};
  const { cpus, memory, ...more } = limits;
  for (const key of Object.keys(more))
    context.lose(['deploy', 'resources', 'limits', key], `the limit "${key}" has no counterpart`);
  return {
    ...(cpus === undefined ? {} : { cpus: String(cpus) }),
    ...(memory === undefined ? {} : { mem_limit: String(memory) }),
  };
}

function convertNetworkMode(value: unknown, context: ServiceContext): Values {
  if (value === 'host') return { network_mode: 'host' };
  if (value !== 'bridge' && value !== 'default')
    context.lose(
      ['network_mode'],
      `the network ${String(value)} is not known here`,
      'an instance is on the network of the project, or of the host',
    );
  return {};
}

function convertNetworks(value: unknown, context: ServiceContext): Values {
  const names = Array.isArray(value) ? value.map(String) : isRecord(value) ? Object.keys(value) : [];
  if (names.some((name) => name !== 'default'))
    context.lose(['networks'], 'a project has one network, on which all of its instances are');
  const settings = isRecord(value)
    ? Object.entries(value).flatMap(([name, how]) =>
        isRecord(how) ? Object.keys(how).map((key) => ({ name, key })) : [],
      )
    : [];
  for (const { name, key } of settings)
    context.lose(
      ['networks', name, key],
      `"${key}" on a network is left out`,
      key === 'aliases' ? 'who needs another name for it gets it by "links"' : undefined,
    );
  return {};
}

function convertExtraHosts(value: unknown): Values {
  if (!Array.isArray(value)) return { extra_hosts: value as Readonly<Record<string, string>> };
  return { extra_hosts: value.map((line) => String(line).replace('=', ':')) };
}

/** `ENTRYPOINT` and `CMD` lines for what run.conf cannot say. Undefined when the text is no command. */
export function entrypointLines(value: unknown): string | undefined {
  const words = Array.isArray(value) ? value.map(String) : splitWords(String(value));
  return words === undefined ? undefined : `ENTRYPOINT ${JSON.stringify(words)}\n`;
}
