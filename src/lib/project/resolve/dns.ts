import type { ObservedState } from '../../model/observed-state.ts';
import { expandHostAddress } from './host-address.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { RunConf, RunConfEntry } from '../conf/run-conf-entry.ts';
import { placeIn } from '../conf/run-conf-entry.ts';
import type { Selected } from './select-entries.ts';
import { isDnsService } from '../../model/dns-service.ts';
import { findVariable, type VariableSources } from './variables.ts';

export const defaultZone = 'local.zone';

/** The project's own name server, if it has one. */
export interface ProjectDns {
  /** Present when it runs, or is part of this run. */
  readonly target: { readonly container: string; readonly key: string; readonly isInRun: boolean } | undefined;
  readonly zone: string;
  /** SERVICE_IP of the name server: its address for others. */
  readonly serviceIp: string | undefined;
  /** The entry that asks for it. */
  readonly where: string | undefined;
}

export interface DnsInput {
  readonly conf: RunConf;
  readonly selected: readonly Selected[];
  readonly containerOf: (key: string) => string;
  readonly own: ObservedState['containers'];
  readonly sourcesOf: (entry: RunConfEntry | undefined) => VariableSources;
  readonly facts: HostFacts;
}

/** A project has a DNS when run.conf has an entry for it, when it is being run, or when one runs. */
export function findProjectDns(input: DnsInput): ProjectDns | undefined {
  const selected = input.selected.find(({ service }) => isDnsService(service.name));
  const running = input.own.find(
    ({ ownership, state }) => state === 'running' && isDnsService(ownership?.service ?? ''),
  );
  const entry = selected?.entry ?? input.conf.entries.find(({ values }) => isDnsService(values.service));
  if (selected === undefined && running === undefined && entry === undefined) return undefined;
  const sources = input.sourcesOf(entry);
  const address = findVariable('SERVICE_IP', sources)?.value.join('');
  const key = selected?.key ?? running?.ownership?.key;
  return {
    target: key === undefined ? undefined : { key, container: input.containerOf(key), isInRun: selected !== undefined },
    zone: findVariable('DNS_ZONE', sources)?.value.join('').replace(/\.$/, '') ?? defaultZone,
    serviceIp: address === undefined ? undefined : expandHostAddress('SERVICE_IP', address, input.facts).value,
    where: entry === undefined ? undefined : placeIn(entry, 'service'),
  };
}
