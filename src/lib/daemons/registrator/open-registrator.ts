import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConsulKeySpace } from '../../directories/consul/key-space.ts';
import { openConsul } from '../../directories/consul/open-consul.ts';
import { RootedKeys } from '../../directories/consul/rooted-keys.ts';
import { EtcdKeySpace } from '../../directories/etcd/key-space.ts';
import { openEtcd } from '../../directories/etcd/open-etcd.ts';
import type { KeySpace } from '../../directories/key-space.ts';
import { closePolicies } from '../../policies/load-policies.ts';
import type { InvocationContext } from '../../use-cases/invocation.ts';
import { openEngine } from '../../use-cases/open-engine.ts';
import { openLog } from '../log.ts';
import type { PolicyRun } from './configurations.ts';
import { openPolicySet } from './policy-set.ts';
import { Registrator } from './registrator.ts';
import type { DirectorySettings, ReadSettings } from './settings.ts';

/**
 * A registrator of the real directory and the real engine, with its policies; connects to neither yet. `before`: what
 * ran until now.
 */
export async function openRegistrator(
  read: ReadSettings,
  context: InvocationContext,
  logLevel: string,
  before: readonly PolicyRun[] = [],
): Promise<Registrator> {
  const program = policyProgram(context.packageDirectory);
  const { settings } = read;
  const set = await openPolicySet(read, program, before);
  const keys = await openKeys(settings.directory).catch(async (error: unknown) => {
    await closePolicies(set.policies);
    throw error;
  });
  return new Registrator({
    settings,
    keys,
    set,
    reload: ({ configurations }) => openPolicySet(read, program, configurations.runs),
    openEngine: () => openEngine(context),
    log: openLog('registrator', logLevel),
  });
}

async function openKeys(directory: DirectorySettings): Promise<KeySpace> {
  if (directory.kind === 'etcd') return new EtcdKeySpace(await openEtcd(directory.etcd));
  return new RootedKeys(new ConsulKeySpace(await openConsul(directory.consul)));
}

/** The program of the threads in which policies run: built, or its source in a clone. */
function policyProgram(packageDirectory: string): URL {
  const built = join(packageDirectory, 'dist', 'policy-worker.mjs');
  return pathToFileURL(existsSync(built) ? built : join(packageDirectory, 'src', 'lib', 'policies', 'worker.ts'));
}
