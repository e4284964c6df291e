import type { DnsNames } from '../../directories/dns-answers.ts';

/** A name that leads elsewhere than to the instance that holds it. */
export interface WrongAddress {
  readonly name: string;
  readonly address: string;
  /** `<service>-<instance>` that holds it, and runs here. */
  readonly key: string;
  /** Where it is to be found; absent: it has no address that could be published. */
  readonly expected?: string;
}

/** Names that lead elsewhere than to where their holder is to be found, as far as it runs here. */
export function wrongAddresses(
  { names }: DnsNames,
  expected: ReadonlyMap<string, string | undefined>,
): readonly WrongAddress[] {
  return names.flatMap(({ name, addresses, holders }) =>
    holders.flatMap(({ service, instance, address }): readonly WrongAddress[] => {
      const key = `${service}-${instance}`;
      if (address === undefined || !addresses.includes(address) || !expected.has(key)) return [];
      const right = expected.get(key);
      if (right === address) return [];
      return [{ name, address, key, ...(right === undefined ? {} : { expected: right }) }];
    }),
  );
}
