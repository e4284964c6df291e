import { ownDataDirectories } from '../../model/data-directories.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import { quoteWords } from '../../shell-words.ts';
import type { RunContext } from '../context.ts';

/**
 * Refuses instances that would begin with empty folders beside those that a later version of DockerOps filled, and
 * warns of data of a service that may have been renamed.
 */
export function checkFormerData({ facts, builder }: RunContext, made: readonly InstanceSpec[]): void {
  const { formerData = {}, abandonedData = {} } = facts;
  for (const { key, mounts } of made) {
    for (const folder of ownDataDirectories(mounts)) {
      for (const other of abandonedData[folder] ?? [])
        builder.warnings.push(
          `${key} begins with an empty ${folder}, while ${other} has data of a service that is gone; ` +
            `if it was renamed, stop ${key} and move that folder into its place`,
        );
      const former = formerData[folder];
      if (former === undefined) continue;
      const parent = folder.slice(0, folder.lastIndexOf('/'));
      builder.blockers.push({
        subject: key,
        message: `${key} would begin with an empty ${folder}, but there is ${former} of DockerOps`,
        suggestions: [
          `use it: ${quoteWords(['mkdir', '-p', parent])} && ${quoteWords(['mv', former, folder])}`,
          `or begin without it: ${quoteWords(['mv', former, `${former}.unused`])}`,
        ],
      });
    }
  }
}
