import type { ServiceDirectory } from './service-directory.ts';

/** All keys below a root at one moment. */
export interface Tree {
  readonly pairs: readonly { readonly key: string; readonly value: string }[];
  /** The directory's data was lost, or restored from a copy, since the last tree. */
  readonly wasReset: boolean;
}

/** What a watch yields: the tree, or why the last one may be out of date. */
export type TreeNews = { readonly tree: Tree } | { readonly failure: Error };

export interface WatchedTree {
  readonly root: string;
  /** The key below it that `hold` takes: a witness of the directory's data. */
  readonly lock: string;
}

/** A directory that defines what a node runs, and in which the node registers its services: Consul. */
export interface NodeDirectory extends ServiceDirectory {
  /** For messages: `http://10.0.0.5:8500`. */
  readonly address: string;
  read(root: string, signal: AbortSignal): Promise<Tree>;
  /** Yields the tree now, and after each change, failure and recovery. Ends only with the signal. */
  watch(watched: WatchedTree, signal: AbortSignal): AsyncIterable<TreeNews>;
  place(): Promise<NodePlace>;
  /** False: the directory does not have the token of the requests, so that it denies everything. */
  knowsToken(): Promise<boolean>;
  /** Competes for a lock until the signal aborts, then releases it. */
  hold(key: string, watcher: LockWatcher, signal: AbortSignal): Promise<void>;
}

/** Where the node is, as its agent of the directory says. */
export interface NodePlace {
  /** Under which others reach this node. */
  readonly address: string;
  readonly datacenter: string;
}

export interface LockWatcher {
  /** What others read about the holder. */
  readonly holder: string;
  /** Whether the process that wrote this is certainly dead. */
  isGone(holder: string): boolean;
  onHeld(): void;
  onOther(holder: string): void;
  /** The directory cannot be asked, so nobody knows who holds it. */
  onUnknown(failure: Error): void;
}
