import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { UserError, messageOf } from '../errors.ts';

/** A folder, and which of its files matter, by paths relative to it. */
export interface WatchedFolder {
  readonly directory: string;
  holds(path: string): boolean;
  /** Whether files in a directory of it may matter. */
  mayHold(directory: string): boolean;
}

/** Files that editors create for a moment beside the saved one. */
const temporary = /(^|\/)(4913|\.#[^/]*|#[^/]*#|\.[^/]*\.sw[a-z]|[^/]*~)$/;
// One save is several writes, and a checkout many: it is over after a quiet moment, at the latest after maxMs.
const quietMs = 200;
const maxMs = 3000;
const maxNamed = 100;

/**
 * Reports saved files; the plan finds out what changed. There is one watcher for each directory: files need none of
 * their own, and ignored directories have none.
 */
export class FileWatch implements Disposable {
  /** With the inode, to notice that another directory has taken the name; the watcher does not report that. */
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>();
  #folders: readonly WatchedFolder[] = [];
  readonly #changed = new Set<string>();
  #hasNames = false;
  #change = Promise.withResolvers<void>();

  get directories(): number {
    return this.#watchers.size;
  }

  set(folders: readonly WatchedFolder[]): void {
    this.#folders = folders;
    this.#hasNames = false;
    // Repeats until nothing is added: directories created before their parent was watched are not reported.
    for (let isComplete = false; !isComplete;) {
      const directories = new Set(folders.flatMap(directoriesIn));
      for (const [directory, { watcher }] of this.#watchers)
        if (!directories.has(directory)) this.#forget(directory, watcher);
      isComplete = [...directories].filter((directory) => this.#add(directory)).length === 0;
    }
  }

  /** Paths saved since the last call, once no more follow; none if the signal aborts first. */
  async next(signal: AbortSignal): Promise<readonly string[]> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    if (!signal.aborted) await Promise.race([this.#change.promise, aborted]);
    const end = performance.now() + maxMs;
    for (let count = -1; count !== this.#changed.size && performance.now() < end && !signal.aborted;) {
      count = this.#changed.size;
      await delay(quietMs, undefined, { signal }).catch(() => undefined);
      // After a stall the timer fires before pending events of the file system.
      await setImmediate();
      if (this.#hasNames) this.set(this.#folders);
    }
    const paths = signal.aborted ? [] : [...this.#changed].sort();
    this.#changed.clear();
    this.#change = Promise.withResolvers();
    return paths;
  }

  [Symbol.dispose](): void {
    for (const [directory, { watcher }] of this.#watchers) this.#forget(directory, watcher);
  }

  /** True if it was not watched before. */
  #add(directory: string): boolean {
    try {
      const { ino: inode } = statSync(directory);
      const existing = this.#watchers.get(directory);
      if (existing?.inode === inode) return false;
      existing?.watcher.close();
      const watcher = watch(directory, (event, name) => {
        this.#noteChange(directory, event, name);
      });
      watcher.on('error', () => {
        this.#forget(directory, watcher);
      });
      this.#watchers.set(directory, { watcher, inode });
      return true;
    } catch (error) {
      // It was removed again.
      if (isMissing(error)) return false;
      throw unwatchable(directory, error);
    }
  }

  #forget(directory: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watchers.get(directory)?.watcher === watcher) this.#watchers.delete(directory);
  }

  #noteChange(directory: string, event: string, name: string | null): void {
    const path = name === null ? directory : join(directory, name);
    if (temporary.test(path) || !this.#folders.some((folder) => isIn(path, folder))) return;
    // A new name may be a directory; its content is read once for all names that came with it.
    if (event === 'rename') this.#hasNames = true;
    if (this.#changed.size < maxNamed) this.#changed.add(path);
    this.#change.resolve();
  }
}

function isIn(path: string, folder: WatchedFolder): boolean {
  const inside = relative(folder.directory, path).replaceAll(sep, '/');
  return inside === '' || (!inside.startsWith('../') && folder.holds(inside));
}

function directoriesIn(folder: WatchedFolder): readonly string[] {
  const below = (inside: string): readonly string[] => [
    join(folder.directory, inside),
    ...entries(join(folder.directory, inside))
      .map((name) => (inside === '' ? name : `${inside}/${name}`))
      .filter((path) => folder.mayHold(path))
      .flatMap(below),
  ];
  return below('');
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw unwatchable(directory, error);
  }
}

/** Systems limit the number of watchers. */
function unwatchable(directory: string, cause: unknown): UserError {
  return new UserError(`${directory} cannot be watched: ${messageOf(cause)}`, {
    code: 'UNWATCHABLE',
    suggestions: [
      'watch one service only: dockerops watch:SERVICE',
      'add folders that are not needed to .dockerignore',
      'or raise the limit: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024',
    ],
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String((error as { readonly code?: unknown }).code));
}
