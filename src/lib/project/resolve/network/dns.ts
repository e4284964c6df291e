import { isDnsContainer } from '../../../model/dns-service.ts';
import type { Problem } from '../../../errors.ts';
import type { InstanceSpec } from '../../../model/desired.ts';
import type { HostFacts } from '../../../model/host-facts.ts';
import type { ObservedContainer } from '../../../model/observed-state.ts';
import { placeIn, type RunConf, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import { expandHostAddress, unknownInterface } from '../environment/host-address.ts';
import { findVariable, type VariableSources } from '../environment/variables.ts';
import type { Selected } from '../select/selected.ts';

export const defaultZone = 'local.zone';

/** The project's own name server, if it has one. */
export interface ProjectDns {
  /** Present when it runs, or is started by this request. */
  readonly target: { readonly container: string; readonly key: string; readonly isInRun: boolean } | undefined;
  readonly zone: string;
  /** SERVICE_IP of the name server: its address for other hosts. */
  readonly serviceIp: string | undefined;
  /** Place of the entry that asks for it. */
  readonly where: string | undefined;
}

export interface DnsInput {
  readonly conf: RunConf;
  readonly facts: HostFacts;
  readonly selection: readonly Selected[];
  /** Containers of the project. */
  readonly own: readonly ObservedContainer[];
  readonly containerOf: (key: string) => string;
  readonly sourcesOf: (entry: RunConfEntry | undefined) => VariableSources;
  /** Whether a service of this name is a DNS. */
  readonly isDns: (service: string) => boolean;
}

/** A project has a DNS when run.conf has an entry for it, when this request starts it, or when one runs. */
export function findProjectDns(input: DnsInput): ProjectDns | undefined {
  const selected = input.selection.find(({ service }) => input.isDns(service.name));
  const running = input.own.find(({ ownership, state }) => state === 'running' && isDnsContainer(ownership));
  const entry = selected?.entry ?? input.conf.entries.find(({ values }) => input.isDns(values.service));
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

export function severalDns(selection: readonly Selected[], isDnsName: DnsInput['isDns']): readonly Problem[] {
  const [first, ...others] = selection.filter(({ service }) => isDnsName(service.name));
  return others.map(({ key, entry }) => ({
    ...(entry === undefined ? {} : { where: entry.where }),
    message: `${key} is a second DNS; a project has one (${first?.key ?? ''})`,
    suggestion: 'remove one of the entries',
  }));
}

/** Every DNS has this name itself. */
const nameOfServer = 'dns';

/** A service that is called as the DNS is found: its instances would not be found under the name of their service. */
export function namedAsDns(
  selection: readonly Selected[],
  { dns, isDnsName }: { readonly dns: ProjectDns | undefined; readonly isDnsName: DnsInput['isDns'] },
): readonly Problem[] {
  const named = selection.find(({ service: { name } }) => name === nameOfServer && !isDnsName(name));
  if (dns === undefined || named === undefined) return [];
  return [
    {
      ...(named.entry === undefined ? {} : { where: placeIn(named.entry, 'service') }),
      message: `a service is called ${nameOfServer}, which is the name of the project's DNS itself`,
      suggestion: 'give the service another name',
    },
  ];
}

/** Whether specs need the address of a DNS that this request does not start, and which is a placeholder. */
export function needsUnknownDns(specs: readonly InstanceSpec[], address: string | undefined): boolean {
  if (address === undefined || unknownInterface(address) === undefined) return false;
  return JSON.stringify(specs).includes(JSON.stringify(address).slice(1, -1));
}
