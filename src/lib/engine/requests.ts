/** What goes along with calls to an engine, and what comes back from commands inside containers. */
import type { Duplex, Readable } from 'node:stream';
import type { Labels } from '../labels.ts';

export interface ExecRequest {
  readonly command: readonly string[];
  readonly user?: string;
  readonly tty?: boolean;
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  /** Of each output so many bytes are kept; all, unless given. */
  readonly maxOutput?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running exec with its streams. With a tty everything comes on stdout. */
export interface ExecSession {
  readonly stdin: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves when the command ended and its output was delivered. */
  exitCode(): Promise<number>;
}

export interface TarEntry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content: Buffer;
}

export interface BuildRequest {
  /** Tar of the build context. */
  readonly context: Readable;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly tags: readonly string[];
  readonly labels: Labels;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly cache: boolean;
  readonly platform?: string;
  readonly target?: string;
  /** One line of the build's output or of its progress. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface SwarmPlacement {
  readonly replicas: number;
  readonly constraints: readonly string[];
}
