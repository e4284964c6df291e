/** A container as the engine is asked to make it: all values final, no reference left. */
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
  | Extract<MountSpec, { kind: 'bind' | 'volume' }>
  /** A volume of the container's own, with labels that say what it is. */
  | { readonly kind: 'scratch'; readonly target: string; readonly labels: Labels }
  /** A directory of the engine's host that the engine makes, with its parents, where it is missing. */
  | { readonly kind: 'directory'; readonly directory: string; readonly target: string }
  /** A directory of the engine's host behind a local volume, so that the engine copies the image's content in at first use. Without a name it goes with its container. */
  | {
      readonly kind: 'data';
      readonly volume?: string;
      readonly directory: string;
      readonly target: string;
      readonly labels: Labels;
    };
