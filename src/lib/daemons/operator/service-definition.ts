import { isAbsolute } from 'node:path';
import type { CheckSpec } from '../../model/service-entry.ts';
import type { MountSpec, PortSpec } from '../../model/desired.ts';
import { parseSeconds } from '../../project/conf/quantities.ts';
import type { RuntimeOptions } from '../../model/runtime-options.ts';
import { splitWords } from '../../shell-words.ts';
import { inside, type Members, type Written } from './written.ts';

/** One service as somebody wrote it, in operator.json or as the value of a key. Variables are not expanded yet. */
export interface ServiceDefinition {
  readonly image: string;
  /** Absent: whatever the image exposes, on ports of the host that the engine picks. */
  readonly ports?: readonly PortSpec[];
  readonly environment: Readonly<Record<string, string>>;
  readonly restart: RuntimeOptions['restart'];
  readonly tags: readonly string[];
  readonly checks: readonly CheckSpec[];
  readonly mounts: readonly MountSpec[];
  readonly command?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const keys = ['image', 'ports', 'env', 'restart', 'tags', 'checks', 'volumes', 'command', 'labels'];
const restarts = ['no', 'always', 'unless-stopped', 'on-failure'] as const;
const imageForm =
  /^(?:[a-zA-Z0-9][\w.-]*(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@[a-z0-9]+:[a-fA-F0-9]{32,})?$/;

/** Reads it strictly; undefined when there is no image. Everything that is wrong is among the problems of `written`. */
export function readDefinition(written: Written, value: unknown, path: string): ServiceDefinition | undefined {
  const members = written.members(value, path, keys);
  const image = readImage(written, members['image'], path);
  const ports =
    members['ports'] === undefined ? undefined : readPorts(written, members['ports'], inside(path, 'ports'));
  const command = readCommand(written, members['command'], inside(path, 'command'));
  const definition = {
    ...(ports === undefined ? {} : { ports }),
    environment: readEnvironment(written, members['env'], inside(path, 'env')),
    restart: readRestart(written, members['restart'], inside(path, 'restart')),
    tags: written
      .list(members['tags'], inside(path, 'tags'))
      .flatMap((tag, index) => written.text(tag, inside(inside(path, 'tags'), String(index))) ?? []),
    checks: written
      .list(members['checks'], inside(path, 'checks'))
      .flatMap((check, index) => readCheck(written, check, inside(inside(path, 'checks'), String(index))) ?? []),
    mounts: written
      .list(members['volumes'], inside(path, 'volumes'))
      .flatMap((volume, index) => readVolume(written, volume, inside(inside(path, 'volumes'), String(index))) ?? []),
    ...(command === undefined ? {} : { command }),
    labels: readLabels(written, members['labels'], inside(path, 'labels')),
  };
  return image === undefined ? undefined : { image, ...definition };
}

/** A service of which nothing but the image is said. */
export function plainDefinition(image: string): ServiceDefinition {
  return { image, environment: {}, restart: 'always', tags: [], checks: [], mounts: [], labels: {} };
}

export function isImageName(text: string): boolean {
  return text.length <= 512 && imageForm.test(text);
}

function readImage(written: Written, value: unknown, path: string): string | undefined {
  if (value === undefined) return written.complain(path, 'there is no "image"', 'add "image": "name:tag"');
  const image = written.text(value, inside(path, 'image'));
  if (image === undefined || isImageName(image)) return image;
  return written.complain(
    inside(path, 'image'),
    `"${image}" is not the name of an image`,
    'write it like "redis:7" or "registry:5000/team/app:1.2"',
  );
}

function readPorts(written: Written, value: unknown, path: string): readonly PortSpec[] {
  const ports = written
    .list(value, path)
    .flatMap((each, index) => readPort(written, each, inside(path, String(index))) ?? []);
  const name = ({ host, protocol }: PortSpec): string => `${String(host)}/${protocol}`;
  const twice = ports.find((port, index) => ports.findIndex((other) => name(other) === name(port)) < index);
  if (twice !== undefined) written.complain(path, `port ${name(twice)} of the host is wanted twice`);
  return [...ports].sort(
    (a, b) =>
      a.container - b.container ||
      (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : (a.host ?? 0) - (b.host ?? 0)),
  );
}

/** `incoming` is the port of the host, `outgoing` the one in the container. */
function readPort(written: Written, value: unknown, path: string): PortSpec | undefined {
  const members = written.members(value, path, ['incoming', 'outgoing', 'udp']);
  const [host, container] = ['incoming', 'outgoing'].map((key) => portNumber(written, members[key], path, key));
  const { udp = false } = members;
  if (typeof udp !== 'boolean') return written.complain(inside(path, 'udp'), 'udp must be true or false');
  return host === undefined || container === undefined ? undefined : { container, protocol: udp ? 'udp' : 'tcp', host };
}

function portNumber(written: Written, value: unknown, path: string, key: string): number | undefined {
  const what = key === 'incoming' ? 'port of the host' : 'port in the container';
  if (value === undefined) return written.complain(path, `"${key}" (the ${what}) is missing`, `add "${key}": 8080`);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
  return written.complain(
    inside(path, key),
    `${key} is ${JSON.stringify(value)}; it must be a port number from 1 to 65535`,
  );
}

function readEnvironment(written: Written, value: unknown, path: string): Readonly<Record<string, string>> {
  const texts = written.texts(value, path);
  for (const name of Object.keys(texts).filter((each) => each === '' || /[=\0]/.test(each)))
    written.complain(inside(path, name), `"${name}" cannot be the name of a variable`);
  return texts;
}

function readRestart(written: Written, value: unknown, path: string): RuntimeOptions['restart'] {
  if (value === undefined) return 'always';
  const restart = restarts.find((each) => each === value);
  if (restart === undefined)
    written.complain(
      path,
      `restart is ${JSON.stringify(value)}; it can be ${restarts.map((each) => `"${each}"`).join(', ')}`,
    );
  return restart ?? 'always';
}

function readLabels(written: Written, value: unknown, path: string): Readonly<Record<string, string>> {
  const labels = written.texts(value, path);
  for (const name of Object.keys(labels).filter((each) => each.startsWith('dockerops.')))
    written.complain(inside(path, name), `labels that begin with "dockerops." are dockerops' own`);
  return labels;
}

function readCommand(written: Written, value: unknown, path: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value))
    return value.flatMap((word, index) => written.text(word, inside(path, String(index))) ?? []);
  const text = written.text(value, path);
  const words = text === undefined ? [] : splitWords(text);
  return words ?? written.complain(path, 'a quote in the command is not closed');
}

function readVolume(written: Written, value: unknown, path: string): MountSpec | undefined {
  const text = written.text(value, path);
  if (text === undefined) return undefined;
  const [source = '', target = '', mode, ...rest] = text.split(':');
  if (rest.length > 0 || !isAbsolute(target) || !['ro', 'rw', undefined].includes(mode))
    return written.complain(
      path,
      `"${text}" is not a volume`,
      'write it like "/srv/x:/x", "/srv/x:/x:ro" or "name:/x"',
    );
  const readOnly = mode === 'ro';
  if (isAbsolute(source)) return { kind: 'bind', source, target, readOnly };
  if (!/^[a-zA-Z0-9][\w.-]+$/.test(source))
    return written.complain(path, `"${source}" is neither an absolute path nor the name of a volume`);
  return { kind: 'volume', volume: source, target, readOnly, lifetime: 'kept' };
}

const checkKinds = ['http', 'tcp', 'ttl', 'script'] as const;

function readCheck(written: Written, value: unknown, path: string): CheckSpec | undefined {
  const members = written.members(value, path, [...checkKinds, 'name', 'interval', 'timeout']);
  const kinds = checkKinds.filter((kind) => members[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return written.complain(path, 'a check has one of "http", "tcp", "ttl" or "script"');
  const name = written.text(members['name'], inside(path, 'name'));
  const intervalSeconds = seconds(written, members, 'interval', path, 10);
  const times = {
    intervalSeconds,
    timeoutSeconds: seconds(written, members, 'timeout', path, kind === 'script' ? Math.min(5, intervalSeconds) : 5),
  };
  if (kind === 'script' && times.timeoutSeconds > intervalSeconds)
    written.complain(
      inside(path, 'timeout'),
      `timeout is longer than interval, ${String(intervalSeconds)} s: the next run would come before this one is given up`,
    );
  const common = name === undefined ? {} : { name };
  if (kind === 'ttl') return { ...common, kind, ttlSeconds: seconds(written, members, 'ttl', path, 30) };
  const target =
    kind === 'script'
      ? readCommand(written, members[kind], inside(path, kind))
      : checkTarget(written, members[kind], inside(path, kind), kind);
  if (target === undefined || target.length === 0)
    return target === undefined ? undefined : written.complain(inside(path, kind), 'the command is empty');
  return typeof target === 'string'
    ? { ...common, ...times, kind: kind === 'http' ? 'http' : 'tcp', target }
    : { ...common, ...times, kind: 'script', command: target };
}

const targets = {
  http: { form: /^(?:https?:\/\/\S+|\/\S*)$/, like: '"/health" (on the first tcp port) or "http://host:8080/health"' },
  tcp: { form: /^(?:[^\s:]+:\d+|\d+)$/, like: '8080 (the port in the container) or "host:8080"' },
};

function checkTarget(written: Written, value: unknown, path: string, kind: 'http' | 'tcp'): string | undefined {
  const text = kind === 'tcp' && typeof value === 'number' ? String(value) : written.text(value, path);
  if (text === undefined || targets[kind].form.test(text)) return text;
  return written.complain(path, `"${text}" is nothing that a ${kind} check can ask`, `write ${targets[kind].like}`);
}

function seconds(written: Written, members: Members, key: string, path: string, usual: number): number {
  const value = members[key];
  if (value === undefined) return usual;
  const parsed = typeof value === 'number' || typeof value === 'string' ? parseSeconds(value) : undefined;
  if (parsed !== undefined && parsed >= 1 && parsed <= 86_400) return parsed;
  written.complain(
    inside(path, key),
    `${key} is ${JSON.stringify(value)}; it must be a time from 1s to 24h`,
    'write it like "10s" or "1m30s"',
  );
  return usual;
}
