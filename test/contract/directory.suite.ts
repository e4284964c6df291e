import { expect } from 'chai';
import { OperationFailed } from '../../src/lib/errors.ts';
import type { NameDirectory, Registration } from '../../src/lib/directories/name-directory.ts';

function registration(service: string, instance: string, address: string): Registration {
  return { id: `${service}-${instance}`, service, instance, address, ports: [], tags: [] };
}

/** What every directory of names keeps. Each test uses a service of its own, so that one directory can serve them all. */
export function directoryContract(open: () => NameDirectory): void {
  let directory: NameDirectory;
  beforeEach(() => {
    directory = open();
  });

  /** Values and holders of a name; a directory may put something of its own behind it (a zone). */
  async function look(
    name: string,
  ): Promise<{ readonly values: readonly string[]; readonly holders: readonly string[] } | undefined> {
    const found = (await directory.list()).find((one) => one.name.split('.')[0] === name);
    return found === undefined ? undefined : { values: [...found.values].sort(), holders: [...found.holders].sort() };
  }

  it('answers', () => directory.ping());

  it('has a name once it was put, and not once it was removed', async () => {
    await directory.put(registration('put', 'a', '192.0.2.1'));
    expect(await look('put-a')).to.deep.equal({ values: ['192.0.2.1'], holders: ['put-a'] });
    await directory.remove(['put-a']);
    expect(await look('put-a')).to.equal(undefined);
    expect(await look('put')).to.equal(undefined);
  });

  it('puts the same twice as once, and replaces an address', async () => {
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2'])
      await directory.put(registration('twice', 'a', address));
    expect(await look('twice')).to.deep.equal({ values: ['192.0.2.2'], holders: ['twice-a'] });
    expect(await look('twice-a')).to.deep.equal({ values: ['192.0.2.2'], holders: ['twice-a'] });
  });

  it('gives a service the addresses of all its instances, and removes a single one', async () => {
    await directory.put(registration('many', 'a', '192.0.2.1'));
    await directory.put(registration('many', 'b', '192.0.2.2'));
    expect(await look('many')).to.deep.equal({ values: ['192.0.2.1', '192.0.2.2'], holders: ['many-a', 'many-b'] });
    await directory.remove(['many-a']);
    expect(await look('many')).to.deep.equal({ values: ['192.0.2.2'], holders: ['many-b'] });
  });

  it('removes what is absent without an error', () => directory.remove(['nobody-a', 'nobody-b']));

  it('can be put again after it was removed', async () => {
    for (const address of ['192.0.2.1', '192.0.2.3']) {
      await directory.put(registration('again', 'a', address));
      await directory.remove(['again-a']);
    }
    await directory.put(registration('again', 'a', '192.0.2.4'));
    expect((await look('again'))?.values).to.deep.equal(['192.0.2.4']);
  });

  it('waits for names, and tells which are missing', async () => {
    await directory.put(registration('await', 'a', '192.0.2.1'));
    await directory.awaitNames(
      [
        { name: 'await-a', address: '192.0.2.1' },
        { name: 'await', address: '192.0.2.1' },
      ],
      5,
    );
    const failure = await directory
      .awaitNames(
        [
          { name: 'await-a', address: '192.0.2.1' },
          { name: 'await-b', address: '192.0.2.2' },
        ],
        0.2,
      )
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failure).to.be.instanceOf(OperationFailed);
    expect(String(failure)).to.contain('await-b').and.not.contain('await-a');
  });
}
