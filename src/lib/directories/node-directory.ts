import type { ServiceDirectory } from './service-directory.ts';

/** All keys below a root, as they were at one moment. */
export interface Tree {
  readonly pairs: readonly { readonly key: string; readonly value: string }[];
  /** The directory's data is another than before: it was lost, or put back from a copy. */
  readonly wasReset: boolean;
}

/** What a watch tells: the tree, or that it may be old by now. */
export type TreeNews = { readonly tree: Tree } | { readonly failure: Error };

export type CheckStatus = 'passing' | 'warning' | 'critical';

/** A directory that tells a node what to be, and is told what it is: Consul. */
export interface NodeDirectory extends ServiceDirectory {
  /** For messages: `http://10.0.0.5:8500`. */
  readonly address: string;
  read(root: string, signal: AbortSignal): Promise<Tree>;
  /** The tree now, and again after each change, each failure and each return; ends only with the signal. */
  watch(root: string, signal: AbortSignal): AsyncIterable<TreeNews>;
  /** Under which others reach this node. */
  nodeAddress(): Promise<string>;
  /** Tells how a check stands that is not the directory's to make. */
  report(checkId: string, status: CheckStatus, output: string): Promise<void>;
  /** Waits for its turn to be the only one with this key, and tells when it is and when another is. Until the signal aborts. */
  hold(key: string, watcher: LockWatcher, signal: AbortSignal): Promise<void>;
}

export interface LockWatcher {
  /** What others read about who holds it. */
  readonly holder: string;
  /** True when the one that wrote this is surely dead. */
  isGone(holder: string): boolean;
  onHeld(): void;
  onOther(holder: string): void;
  /** It cannot be asked for, so that nobody knows whose it is. */
  onUnknown(failure: Error): void;
}
