import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What two images have in common when they do the same: from an engine's answer about one (`docker inspect`). */
export interface ImageParts {
  readonly os: string;
  readonly architecture: string;
  /** `sha256:` and the digest of each uncompressed layer, lowest first. Empty: the engine cannot tell. */
  readonly layers: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly user: string;
  readonly workingDirectory: string;
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly healthTest: readonly string[];
  /** As the engine names them: nanoseconds, and the number of retries. */
  readonly healthNumbers: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Identity of an image across engines: `sha256:` and 64 hexadecimal digits. An image's id is no such thing, since it
 * depends on the engine's store. Undefined: the engine does not have what it takes to tell.
 */
export function imageContent(image: ImageParts): string | undefined {
  const { os, architecture, layers } = image;
  if (os === '' || architecture === '' || layers.length === 0) return undefined;
  const content = {
    os,
    architecture,
    layers,
    entrypoint: image.entrypoint,
    command: image.command,
    environment: image.environment,
    user: image.user,
    workingDirectory: image.workingDirectory,
    exposedPorts: [...image.exposedPorts].sort(),
    volumes: [...image.volumes].sort(),
    stopSignal: image.stopSignal,
    healthcheck: { test: image.healthTest, ...withoutZeros(image.healthNumbers) },
    labels: image.labels,
  };
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}

/** An engine leaves out what another one says is 0, the default. */
function withoutZeros(numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0));
}

/** Twelve digits, as people type and read them. */
export function shortContent(content: string): string {
  return content.replace(/^sha256:/, '').slice(0, 12);
}
