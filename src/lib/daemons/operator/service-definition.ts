import { isAbsolute } from 'node:path';
import { isImageReference } from '../../image-reference.ts';
import type { MountSpec, PortSpec } from '../../model/desired.ts';
import type { RuntimeOptions } from '../../model/runtime-options.ts';
import type { CheckSpec } from '../../model/service-entry.ts';
import type { DocumentPart } from '../document-reader.ts';
import { readCheck } from './service-checks.ts';
import { readCommand } from './service-command.ts';
import { readPorts } from './service-ports.ts';

/** One service as written in operator.json or in the value of a key. Variables are not expanded yet. */
export interface ServiceDefinition {
  readonly image: string;
  /** Absent: everything the image exposes, on ports of the host that the engine picks. */
  readonly ports?: readonly PortSpec[];
  readonly environment: Readonly<Record<string, string>>;
  readonly restart: RuntimeOptions['restart'];
  readonly tags: readonly string[];
  readonly checks: readonly CheckSpec[];
  readonly mounts: readonly MountSpec[];
  readonly command?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** `name` means nothing: the key says it. */
const keys = ['name', 'image', 'ports', 'env', 'restart', 'tags', 'checks', 'volumes', 'command', 'labels'] as const;
const restarts = ['no', 'always', 'unless-stopped', 'on-failure'] as const;
/** Reads it strictly; undefined without an image. What is wrong is among the problems of the document. */
export function readDefinition(part: DocumentPart): ServiceDefinition | undefined {
  const members = part.members(keys);
  const image = readImage(part, members.image);
  const given = members.ports.isPresent ? readPorts(members.ports) : [];
  // An empty list means what an absent one does, as in the original.
  const ports = given.length > 0 ? given : undefined;
  const command = members.command.isPresent ? readCommand(members.command) : undefined;
  const definition = {
    ...(ports === undefined ? {} : { ports }),
    environment: readEnvironment(members.env),
    restart: readRestart(members.restart),
    tags: members.tags.items().flatMap((tag) => tag.text() ?? []),
    checks: members.checks.items().flatMap((check) => readCheck(check) ?? []),
    mounts: members.volumes.items().flatMap((volume) => readVolume(volume) ?? []),
    ...(command === undefined ? {} : { command }),
    labels: readLabels(members.labels),
  };
  return image === undefined ? undefined : { image, ...definition };
}

/** A service of which only the image is given. */
export function plainDefinition(image: string): ServiceDefinition {
  return { image, environment: {}, restart: 'always', tags: [], checks: [], mounts: [], labels: {} };
}

function readImage(service: DocumentPart, part: DocumentPart): string | undefined {
  if (!part.isPresent) return service.fail('there is no "image"', 'add "image": "name:tag"');
  const image = part.text();
  if (image === undefined || isImageReference(image)) return image;
  return part.fail(`"${image}" is not the name of an image`, 'write it like "redis:7" or "registry:5000/team/app:1.2"');
}

function readEnvironment(part: DocumentPart): Readonly<Record<string, string>> {
  const texts = part.texts();
  for (const name of Object.keys(texts).filter((each) => each === '' || /[=\0]/.test(each)))
    part.member(name).fail(`"${name}" cannot be the name of a variable`);
  return texts;
}

function readRestart(part: DocumentPart): RuntimeOptions['restart'] {
  if (!part.isPresent || part.value === '') return 'always';
  const restart = restarts.find((each) => each === part.value);
  const [, attempts] = /^on-failure:(\d{1,9})$/.exec(typeof part.value === 'string' ? part.value : '') ?? [];
  if (attempts !== undefined) return Number(attempts) === 0 ? 'on-failure' : `on-failure:${Number(attempts)}`;
  const known = [...restarts, 'on-failure:5'].map((each) => `"${each}"`).join(', ');
  if (restart === undefined) part.fail(`restart is ${JSON.stringify(part.value)}; it can be ${known}`);
  return restart ?? 'always';
}

function readLabels(part: DocumentPart): Readonly<Record<string, string>> {
  const labels = part.texts();
  for (const name of Object.keys(labels).filter((each) => each.startsWith('dockerops.')))
    part.member(name).fail(`labels that begin with "dockerops." are reserved for dockerops`);
  return labels;
}

function readVolume(part: DocumentPart): MountSpec | undefined {
  const text = part.text();
  if (text === undefined) return undefined;
  const [source = '', target = '', mode, ...rest] = text.split(':');
  if (rest.length > 0 || !isAbsolute(target) || !['ro', 'rw', undefined].includes(mode))
    return part.fail(`"${text}" is not a volume`, 'write it like "/srv/x:/x", "/srv/x:/x:ro" or "name:/x"');
  const readOnly = mode === 'ro';
  if (isAbsolute(source)) return { kind: 'bind', source, target, readOnly };
  if (!/^[a-zA-Z0-9][\w.-]+$/.test(source))
    return part.fail(`"${source}" is neither an absolute path nor the name of a volume`);
  return { kind: 'volume', volume: source, target, readOnly, lifetime: 'kept' };
}
