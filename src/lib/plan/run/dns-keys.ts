import { isDns } from '../../model/dns-service.ts';
import { hasProjectKey, knowsNoInstanceKeys } from '../../model/dns-file.ts';
import type { InstanceContext } from '../instance/decision.ts';
import { isMade, type Decision } from '../instance/decision.ts';
import { isServedElsewhere } from '../names/published-names.ts';

/** What comes of containers that were made when all instances of a project signed for the DNS with one key. */
export function noteDnsKeys(context: InstanceContext): void {
  const decisions = [...context.decisions.values()];
  noteProjectKey(decisions, context);
  blockOldDns(decisions, context);
}

/** They go on working. But each of them can take the names of all others, until the last one is replaced. */
function noteProjectKey(decisions: readonly Decision[], { builder }: InstanceContext): void {
  const keys = decisions
    .filter((decision) => !isMade(decision) && hasProjectKey(decision.existing?.ownership?.spec ?? {}))
    .map(({ spec }) => spec.key);
  if (keys.length === 0) return;
  builder.warnings.push(
    `made by an earlier version with the project's DNS key, with which each can take the names of all: ` +
      `${keys.join(', ')}; rerun gives each a key of its own`,
  );
}

/** The DNS of such a version would refuse the key of a new instance, which would wait for its names in vain. */
function blockOldDns(decisions: readonly Decision[], { existing, dns, builder }: InstanceContext): void {
  const old = existing.find(
    ({ spec, container: { state } }) => isDns(spec) && state === 'running' && knowsNoInstanceKeys(spec),
  );
  const isReplaced = decisions.some((decision) => decision.spec.key === old?.spec.key && isMade(decision));
  if (old === undefined || isReplaced) return;
  const keys = decisions
    .filter((each) => isMade(each) && each.spec.lease === 'client' && !isServedElsewhere(each.spec, dns))
    .map(({ spec }) => spec.key);
  if (keys.length === 0) return;
  const { service, instance, key } = old.spec;
  builder.blockers.push({
    subject: key,
    message: `${key} was made by an earlier version, and its DNS would refuse the keys of ${keys.join(', ')}`,
    suggestions: [`replace it first, all names stay: dockerops rerun:${service},instance=${instance}`],
  });
}
