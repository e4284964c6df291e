import { switchNames, switchTable } from '../../../switches.ts';
import type { InstanceContext } from '../context.ts';
import type { ResolvedLinks } from '../network/links.ts';
import type { ResolvedSwitches } from '../switches.ts';
import { resolveEnvironment, type ResolvedEnvironment } from './environment.ts';
import type { ResolvedSecrets } from './secrets.ts';
import type { Candidate } from './variables.ts';

/** The environment of an instance, with what its links and secrets give. */
export function resolveVariables(
  links: ResolvedLinks,
  secrets: ResolvedSecrets,
  context: InstanceContext,
): ResolvedEnvironment {
  const { selected, key, sources, facts, switches } = context;
  const { service, instance } = selected;
  return resolveEnvironment({
    ...sources,
    key,
    facts,
    required: service.kind === 'folder' ? service.required : [],
    derived: { ...dnsVariable(context), ...links.variables, ...secrets.variables },
    unmet: links.unmet,
    fixed: {
      SERVICE: service.name,
      INSTANCE: instance,
      INSTANCE_TYPE: switches.type.value,
      HOST_HOSTNAME: facts.hostname,
      ...switchVariables(switches),
    },
    known: ['SERVICE_IP', ...dnsNames(context)],
  });
}

/** Names of the variables that dockerops sets itself. */
export const fixedVariableNames: readonly string[] = [
  'SERVICE',
  'INSTANCE',
  'INSTANCE_TYPE',
  'HOST_HOSTNAME',
  ...Object.values(switchTable).flatMap(({ variable }) => variable ?? []),
];

function switchVariables({ switches }: ResolvedSwitches): Readonly<Record<string, string>> {
  return Object.fromEntries(
    switchNames.flatMap((name) => {
      const { variable } = switchTable[name];
      return variable === undefined ? [] : [[variable, switches[name].value ? 'True' : 'False']];
    }),
  );
}

function dnsNames({ isDns, isLinked }: InstanceContext): readonly string[] {
  if (isDns) return ['DNS_ZONE'];
  return isLinked ? ['DNS_SERVICE_IP', 'DNS_UPDATE_POLICY'] : [];
}

/** In a project with a DNS its address is given to every linked instance, unless something else gives one. */
function dnsVariable({ dns, isDns, isLinked, isOnHost }: InstanceContext): Readonly<Record<string, Candidate>> {
  if (dns?.target === undefined || isDns || !isLinked || isOnHost) return {};
  return {
    DNS_SERVICE_IP: {
      value: [{ addressOf: dns.target.container }],
      origin: { source: 'default', where: dns.where ?? 'the project has a DNS' },
    },
  };
}
