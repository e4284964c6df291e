import type { WatchEvent } from '../../use-cases/watch-project.ts';
import { renderChange } from './change-text.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

const maxPaths = 3;

/** One line of `watch`; failures are shown as errors always are:
 * ```
 * watching services/base, services/web, .
 * saved services/web/app.py
 * 1 built, 1 replaced, 3 kept (2.4 s)
 * ```
 */
export function watchLine(
  event: Exclude<WatchEvent, { readonly type: 'failed' }>,
  relativePath: (path: string) => string,
  style: Style,
): string {
  switch (event.type) {
    case 'watching':
      return textOfLines([style.dim(`watching ${event.folders.join(', ')}`)]);
    case 'saved':
      return textOfLines([`saved ${shorten(event.paths.map(relativePath))}`]);
    case 'done': {
      const [summary = '', ...left] = renderChange(event.result, style).trimEnd().split('\n');
      return textOfLines([`${summary} ${style.dim(`(${event.seconds.toFixed(1)} s)`)}`, ...left]);
    }
  }
}

function shorten(paths: readonly string[]): string {
  const more = paths.length - maxPaths;
  return [...paths.slice(0, maxPaths), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
