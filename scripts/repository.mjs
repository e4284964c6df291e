// From a bare clone to a built program; does nothing where that is done.
import { node, root, run, step } from './steps.mjs';
import { isBuildStale, isInstallStale } from './stale.mjs';

export async function prepareRepository() {
  if (isInstallStale(root)) {
    await step('install the development dependencies (npm ci)', () =>
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']),
    );
  }
  if (isBuildStale(root)) await step('build the program', () => run(node(), ['scripts/build.mjs']));
}
