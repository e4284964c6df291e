/** What an engine answers, beyond the types of the model. */
import type { Labels } from '../labels.ts';
import type { ImageParts } from '../model/image-content.ts';
import type { ObservedContainer, ObservedImage, ObservedSwarmService } from '../model/observed-state.ts';

/** Without the ownership, which observe/ reads from the labels. */
export type ContainerRow = Omit<ObservedContainer, 'ownership'>;
export type SwarmServiceRow = Omit<ObservedSwarmService, 'ownership'>;

/** What only inspecting a container shows. */
export interface ContainerDetail extends ContainerRow {
  readonly pid: number;
  /** ISO 8601; empty when never started. */
  readonly startedAt: string;
  /** ISO 8601; empty while it never ended. */
  readonly finishedAt: string;
  readonly outOfMemory: boolean;
  readonly error: string;
  readonly restartCount: number;
  readonly tty: boolean;
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly healthTest: readonly string[];
  /** Of its healthcheck, in seconds; absent: the engine's default. */
  readonly healthIntervalSeconds?: number;
  readonly healthStartSeconds?: number;
  /** The last probe that has ended, if any. */
  readonly lastProbe?: Probe;
}

export interface ContainerUsage {
  /** Time of processors since its start, of all of them together. */
  readonly cpuSeconds: number;
  /** Without what the kernel may drop at any time. */
  readonly memoryBytes: number;
}

export interface Probe {
  readonly exitCode: number;
  readonly output: string;
}

export interface ImageDetail extends ObservedImage, ImageParts {
  readonly labels: Labels;
  /** Instructions for images that are built on it: ONBUILD. */
  readonly triggers: readonly string[];
  readonly sizeBytes: number;
  /** What registries gave for it: `nginx@sha256:…`. */
  readonly digests: readonly string[];
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, engine's clock. */
  readonly time: string;
  readonly text: string;
}

export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly labels: Labels;
  /** Seconds since 1970, engine's clock. */
  readonly time: number;
}

/** The first event of every stream: what happens from here on is in the stream, so a list taken now misses nothing. */
export const streamOpened: EngineEvent = { type: 'stream', action: 'open', id: '', labels: {}, time: 0 };
