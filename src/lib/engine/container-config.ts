/** A container as the engine is asked to create it: all values are final, none is a reference. */
import type { MountSpec, PortSpec } from '../model/desired.ts';
import type { Healthcheck, RuntimeOptions } from '../model/runtime-options.ts';
import type { Labels } from '../labels.ts';

export interface ContainerConfig {
  /** Image id or reference. */
  readonly image: string;
  readonly hostname?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly labels: Labels;
  readonly network:
    | {
        readonly mode: 'network';
        readonly name: string;
        readonly address?: string;
        readonly aliases: readonly string[];
        readonly links: readonly { readonly target: string; readonly alias: string }[];
        readonly dns?: {
          readonly servers: readonly string[];
          readonly search: readonly string[];
          readonly options: readonly string[];
        };
      }
    | { readonly mode: 'bridge' | 'host' | 'none' };
  readonly ports: readonly PortSpec[];
  readonly mounts: readonly EngineMount[];
  readonly runtime: RuntimeOptions;
  readonly healthcheck?: Healthcheck;
  /** Terminal and open stdin, for interactive instances. */
  readonly terminal?: boolean;
  /** The engine removes it when it ends. */
  readonly removedAtEnd?: boolean;
  /** Rotated json-file logs. */
  readonly logs?: { readonly maxSize: string; readonly maxFiles: number };
}

export type EngineMount =
  | Extract<MountSpec, { kind: 'bind' }>
  | (Extract<MountSpec, { kind: 'volume' }> & NoCopy)
  /** An anonymous volume, which belongs to the container. */
  | { readonly kind: 'scratch'; readonly target: string; readonly labels: Labels }
  /** A directory of the engine's host. The engine makes it and its parents where they are missing. */
  | { readonly kind: 'directory'; readonly directory: string; readonly target: string }
  /**
   * A directory of the engine's host behind a local volume, so that the engine copies the image's content into it when
   * it is empty. A volume without a name is removed with its container.
   */
  | ({
      readonly kind: 'data';
      readonly volume?: string;
      readonly directory: string;
      readonly target: string;
      readonly labels: Labels;
    } & NoCopy);

interface NoCopy {
  /** The engine copies nothing of the image into it: another container has it. */
  readonly noCopy?: true;
}
