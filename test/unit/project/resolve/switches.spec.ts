import { expect } from 'chai';
import fc from 'fast-check';
import type { RunConfEntry } from '../../../../src/lib/project/conf/run-conf-entry.ts';
import { resolveSwitches } from '../../../../src/lib/project/resolve/switches.ts';
import { switchNames } from '../../../../src/lib/switches.ts';

/** The table of the manual, as text, so that it is not the program's own. */
const table = `
  standard    linked
  published   linked publish_ports
  persistent  linked persistent_data persistent_log
  master      linked publish_ports persistent_data persistent_log
  debug       interactive safemode`;
const rows = new Map(
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([name = '', ...on]) => [name, on]),
);
const types = [...rows.keys()];
const entry = (values: object): RunConfEntry => ({
  values: { service: 'web', ...values },
  where: 'run.conf:1:1',
  places: Object.fromEntries(Object.keys(values).map((key) => [key, `place of ${key}`])),
});

describe('switches', () => {
  it('come from the command line, else from run.conf, else from the type, for any values', () => {
    const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
    const conf = fc.record(
      {
        instance_type: fc.constantFrom(...types),
        ...Object.fromEntries(switchNames.map((name) => [name, fc.boolean()])),
      },
      { requiredKeys: [] },
    );
    const command = fc.record(
      {
        instanceType: fc.constantFrom(...types),
        ...Object.fromEntries(switchNames.map((name) => [name, fc.boolean()])),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom('one', ...types), optional(conf), command, (instance, written, asked) => {
        const resolved = resolveSwitches(instance, written && entry(written), asked);
        const values: Record<string, unknown> | undefined = written;
        const type = asked['instanceType'] ?? values?.['instance_type'] ?? (rows.has(instance) ? instance : 'standard');
        expect(resolved.type.value).to.equal(type);
        for (const name of switchNames) {
          const wanted =
            (asked as Record<string, unknown>)[name] ?? values?.[name] ?? (rows.get(String(type)) ?? []).includes(name);
          expect(resolved.switches[name].value, name).to.equal(wanted);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('have an origin', () => {
    const { type, switches } = resolveSwitches('master', entry({ linked: false }), { publish_ports: false });
    expect(type.origin).to.deep.equal({ source: 'default', where: 'the instance is called master' });
    expect(switches.linked.origin).to.deep.equal({ source: 'run.conf', where: 'place of linked' });
    expect(switches.publish_ports.origin).to.deep.equal({ source: 'command line', where: '--no-publish-ports' });
    expect(switches.persistent_data.origin).to.deep.equal({ source: 'instance type', where: 'master' });
  });

  it('of an unknown type are a problem with the nearest name', () => {
    expect(resolveSwitches('one', undefined, { instanceType: 'publised' }).problems).to.deep.equal([
      {
        where: '--instance-type',
        message: '"publised" is not an instance type; the types are standard, published, persistent, master, debug',
        suggestion: 'did you mean published?',
      },
    ]);
  });
});
