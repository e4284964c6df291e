import { definedOnly } from '../../defined.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord, type Path, type YamlMap } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { textOf } from './yaml-values.ts';

type Converted = Pick<EntryValues, 'autostart' | 'replicas' | 'restart' | 'cpus' | 'mem_limit'>;

const restartPolicies = new Map<string, NonNullable<EntryValues['restart']>>([
  ['none', 'no'],
  ['any', 'always'],
  ['on-failure', 'on-failure'],
]);

/** Of `deploy` the copies, the limits and the restart policy. */
export function convertDeploy(value: unknown, context: ServiceContext): Converted {
  if (!isRecord(value)) return {};
  const { resources, replicas, restart_policy: policy, ...others } = value;
  dropKeys(others, ['deploy'], 'of deploy', context);
  return {
    ...convertReplicas(replicas),
    ...(isRecord(resources) ? convertResources(resources, context) : {}),
    ...definedOnly({
      restart: isRecord(policy) ? restartPolicies.get(textOf(policy['condition'] ?? 'any')) : undefined,
    }),
  };
}

/** One of them is the instance that every service becomes. */
export function convertReplicas(value: unknown): Pick<EntryValues, 'autostart' | 'replicas'> {
  const replicas = Number(textOf(value ?? 1));
  if (replicas === 0) return { autostart: false };
  return replicas === 1 ? {} : { replicas };
}

function convertResources({ limits, ...others }: YamlMap, context: ServiceContext): Converted {
  dropKeys(others, ['deploy', 'resources'], 'of resources', context);
  if (!isRecord(limits)) return {};
  const { cpus, memory, ...more } = limits;
  dropKeys(more, ['deploy', 'resources', 'limits'], 'of limits', context);
  return definedOnly({
    cpus: cpus === undefined ? undefined : textOf(cpus),
    mem_limit: memory === undefined ? undefined : textOf(memory),
  });
}

function dropKeys(map: YamlMap, path: Path, where: string, context: ServiceContext): void {
  for (const key of Object.keys(map)) context.drop([...path, key], `"${key}" ${where} is not supported`);
}
