import { whyUnread } from '../../bounded-file.ts';
import type { Problem } from '../../errors.ts';
import { closePolicies, loadPolicies, type LoadedPolicy } from '../../policies/load-policies.ts';
import type { PolicySet } from './agent-tools.ts';
import { readConfigurationFiles, type ConfigurationFiles } from './configuration-files.ts';
import { Configurations, type PolicyRun } from './configurations.ts';
import { registratorError, type ReadSettings, type RegistratorSettings } from './settings.ts';

const noFiles: ConfigurationFiles = { texts: new Map(), problems: new Map(), notices: [] };

/**
 * Loads the policies and the files of their configurations. Those in a directory come later. Rejects with everything
 * that is wrong with settings and policies; a configuration that is wrong is an error of its own. `before`: what ran
 * until now.
 */
export async function openPolicySet(
  { settings, problems }: ReadSettings,
  program: URL,
  before: readonly PolicyRun[] = [],
): Promise<PolicySet> {
  const loaded = await loadPolicies(settings.policies, program);
  const { policies } = loaded;
  const { files, problems: unread } = readFiles(settings, policies);
  const all = [...problems, ...loaded.problems, ...unread];
  if (all.length > 0) {
    await closePolicies(policies);
    throw registratorError(all);
  }
  const configurations = new Configurations(policies, before);
  for (const policy of policies) {
    const { name } = policy;
    if (!isFromDirectory(policy, settings))
      configurations.set(policy, { texts: files.texts.get(name) ?? [], problems: files.problems.get(name) });
  }
  const notices = [...loaded.notices, ...files.notices, ...unused(settings, policies, files)];
  return { policies, configurations, notices };
}

/** Whether the configurations of a policy are keys of etcd, and not files. */
export function isFromDirectory({ etcdConfigPath }: LoadedPolicy, { directory }: RegistratorSettings): boolean {
  return directory.kind === 'etcd' && directory.isGiven && etcdConfigPath !== undefined;
}

interface ReadFiles {
  readonly files: ConfigurationFiles;
  readonly problems: readonly Problem[];
}

function readFiles({ services }: RegistratorSettings, policies: readonly LoadedPolicy[]): ReadFiles {
  if (services === undefined) return { files: noFiles, problems: [] };
  try {
    return { files: readConfigurationFiles(services, policies), problems: [] };
  } catch (error) {
    return { files: noFiles, problems: [{ where: '--services', message: `${services}: ${whyUnread(error)}` }] };
  }
}

function unused(
  settings: RegistratorSettings,
  policies: readonly LoadedPolicy[],
  { texts }: ConfigurationFiles,
): readonly string[] {
  return policies
    .filter((policy) => isFromDirectory(policy, settings))
    .flatMap(({ name, etcdConfigPath = '' }) => {
      const files = (texts.get(name) ?? []).map(({ where }) => where);
      return files.length === 0
        ? []
        : [`${files.join(', ')}: not used, as etcd has the configurations: ${etcdConfigPath}`];
    });
}
