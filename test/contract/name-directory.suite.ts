import { expect } from 'chai';
import type { NameDirectory, NameRegistration } from '../../src/lib/directories/name-directory.ts';
import { OperationFailed } from '../../src/lib/errors.ts';

interface PublishedName {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Keys of the registrations behind it. */
  readonly holders: readonly string[];
}

export interface NameDirectorySubject {
  readonly directory: NameDirectory;
  /** What readers of the directory see. */
  published(): Promise<readonly PublishedName[]>;
}

function registration(service: string, instance: string, address: string): NameRegistration {
  return { service, instance, address };
}

/** What every directory of names guarantees. Each test uses a service of its own, so that one directory serves all. */
export function nameDirectoryContract(open: () => NameDirectorySubject): void {
  let subject: NameDirectorySubject;
  let directory: NameDirectory;
  beforeEach(() => {
    subject = open();
    ({ directory } = subject);
  });

  async function look(name: string): Promise<Omit<PublishedName, 'name'> | undefined> {
    const found = (await subject.published()).find((one) => one.name === name);
    return found === undefined
      ? undefined
      : { addresses: [...found.addresses].sort(), holders: [...found.holders].sort() };
  }

  it('has a name once it was put, and not once it was removed', async () => {
    await directory.put(registration('put', 'a', '192.0.2.1'));
    expect(await look('put-a')).to.deep.equal({ addresses: ['192.0.2.1'], holders: ['put-a'] });
    await directory.remove(['put-a']);
    expect(await look('put-a')).to.equal(undefined);
    expect(await look('put')).to.equal(undefined);
  });

  it('puts the same twice as once, and replaces an address', async () => {
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2'])
      await directory.put(registration('twice', 'a', address));
    expect(await look('twice')).to.deep.equal({ addresses: ['192.0.2.2'], holders: ['twice-a'] });
    expect(await look('twice-a')).to.deep.equal({ addresses: ['192.0.2.2'], holders: ['twice-a'] });
  });

  it('gives a service the addresses of all its instances, and removes a single one', async () => {
    await directory.put(registration('many', 'a', '192.0.2.1'));
    await directory.put(registration('many', 'b', '192.0.2.2'));
    expect(await look('many')).to.deep.equal({ addresses: ['192.0.2.1', '192.0.2.2'], holders: ['many-a', 'many-b'] });
    await directory.remove(['many-a']);
    expect(await look('many')).to.deep.equal({ addresses: ['192.0.2.2'], holders: ['many-b'] });
  });

  it('removes what is absent without an error', () => directory.remove(['nobody-a', 'nobody-b']));

  it('can be put again after it was removed', async () => {
    for (const address of ['192.0.2.1', '192.0.2.3']) {
      await directory.put(registration('again', 'a', address));
      await directory.remove(['again-a']);
    }
    await directory.put(registration('again', 'a', '192.0.2.4'));
    expect((await look('again'))?.addresses).to.deep.equal(['192.0.2.4']);
  });

  it('waits for names, and tells which are missing', async () => {
    const present = { name: 'await-a', address: '192.0.2.1' };
    await directory.put(registration('await', 'a', '192.0.2.1'));
    await directory.awaitNames([present, { name: 'await', address: '192.0.2.1' }], 5);
    const failure = await directory.awaitNames([present, { name: 'await-b', address: '192.0.2.2' }], 0.2).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(OperationFailed);
    expect(String(failure)).to.contain('await-b').and.not.contain('await-a');
  });
}
