import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Configurations } from '../../../../src/lib/daemons/registrator/configurations.ts';
import { Evaluations } from '../../../../src/lib/daemons/registrator/evaluations.ts';
import { mergeKeys } from '../../../../src/lib/plan/keys/merge-keys.ts';
import { closePolicies, loadPolicies, type LoadedPolicy } from '../../../../src/lib/policies/load-policies.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { inspectDocument } from '../../../support/inspect-documents.ts';

const program = new URL('../../../../src/lib/policies/worker.ts', import.meta.url);

/** What a container asks each policy for, in its environment. */
interface Container {
  readonly name: string;
  readonly isRunning: boolean;
  readonly plain: Readonly<Record<string, unknown>>;
  readonly configured: Readonly<Record<string, unknown>>;
}

interface Configuration {
  readonly prefix?: string;
  readonly skip?: string;
}

/** The first policy has no configurations; the second one runs once for each. */
const policies = {
  'plain.mjs': `export const container = (c) => c.state === 'running' ? JSON.parse(c.env.PLAIN) : null;`,
  'configured.ts': `
    export const configSchema = { type: 'object', properties: {
      prefix: { type: 'string', default: '/usual' }, skip: { type: 'string' } } };
    export function* container(c: any, { prefix, skip }: { prefix: string; skip?: string }) {
      if (c.name === skip) return;
      for (const [key, value] of Object.entries(JSON.parse(c.env.CONFIGURED))) yield { [prefix + key]: value };
    }`,
};

const key = fc.constantFrom('/a', '/b', '/a/b');
const value = fc.oneof(
  { arbitrary: fc.constantFrom('1', '10', '2', '\uffff', '😀', '', null), weight: 3 },
  fc.integer({ min: -2, max: 20 }),
  fc.boolean(),
  fc.record({ b: fc.constantFrom(1, 2), a: fc.constantFrom('x', null) }),
);
const answer = fc.dictionary(key, value, { maxKeys: 4 });
const containers = fc.array(fc.record({ isRunning: fc.boolean(), plain: answer, configured: answer }), {
  maxLength: 5,
});
const configuration = fc.record(
  { prefix: fc.constantFrom('/a', '/x', '/a/b'), skip: fc.constantFrom('c0', 'c1') },
  { requiredKeys: [] },
);
const configurations = fc.dictionary(fc.constantFrom('one', 'two', 'three'), configuration);

describe('rules 0 to 2', () => {
  let directory: string;
  let loaded: readonly LoadedPolicy[];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-rules-'));
    for (const [name, text] of Object.entries(policies)) await writeFile(join(directory, name), text);
    loaded = (await loadPolicies({ bundled: [], place: directory }, program)).policies;
    expect(loaded).to.have.length(2);
  });
  after(async () => {
    await closePolicies(loaded);
    await rm(directory, { recursive: true });
  });

  /** What the registrator asks the directory for. */
  async function published(all: readonly Container[], texts: Readonly<Record<string, Configuration>>): Promise<object> {
    const known = new Configurations(loaded);
    for (const policy of loaded)
      known.set(policy, {
        texts: Object.entries(texts).map(([name, each]) => ({
          name,
          where: `${name}.json`,
          text: JSON.stringify(each),
          parts: {},
        })),
      });
    const options = { keepMs: 30_000, waitMs: 60_000, onLate: () => {}, onFault: () => {} };
    const evaluations = new Evaluations({ clock: new FakeClock(), ...options }, []);
    const documents = all.map(({ name, isRunning, plain, configured }) => {
      const env = [`PLAIN=${JSON.stringify(plain)}`, `CONFIGURED=${JSON.stringify(configured)}`];
      const document = JSON.stringify(inspectDocument(name, isRunning ? '172.18.0.2' : '', { env }));
      return { id: name, name, document };
    });
    const evaluated = await evaluations.evaluate(known.runs, documents, { id: 'i', name: 'h' });
    expect(evaluated.faults).to.deep.equal([]);
    const { keys, conflicts } = mergeKeys(evaluated.requests);
    return {
      keys: Object.fromEntries(keys.map((each) => [each.key, each.value])),
      conflicts: conflicts.map((text) => text.slice(0, text.indexOf(':'))).sort(),
    };
  }

  interface Asked {
    readonly key: string;
    readonly value: string;
    readonly who: string;
  }

  function askedBy(who: string, answered: Readonly<Record<string, unknown>>, prefix = ''): readonly Asked[] {
    return Object.entries(answered).flatMap(([name, given]) => {
      if (given === null) return [];
      const json = JSON.stringify(given, typeof given === 'object' ? ['a', 'b'] : undefined);
      return { key: prefix + name, value: typeof given === 'string' ? given : json, who };
    });
  }

  /** The rules once more, without anything of the registrator. */
  function expected(all: readonly Container[], texts: Readonly<Record<string, Configuration>>): object {
    const asked = all.flatMap(({ name, isRunning, plain, configured }) => [
      ...(isRunning ? askedBy(`plain ${name}`, plain) : []),
      ...Object.values(texts)
        .filter(({ skip }) => skip !== name)
        .flatMap(({ prefix = '/usual' }) => askedBy(`configured ${name}`, configured, prefix)),
    ]);
    const bytes = (text: string): Buffer => Buffer.from(text);
    const keys: Record<string, string> = {};
    const conflicts = new Set<string>();
    for (const { key: name, value: given, who } of asked) {
      const known = keys[name];
      if (known === undefined || bytes(given).compare(bytes(known)) < 0) keys[name] = given;
      if (asked.some((other) => other.key === name && other.value !== given && other.who !== who)) conflicts.add(name);
    }
    return { keys, conflicts: [...conflicts].sort() };
  }

  it('hold for any containers, policies and configurations', async () => {
    await fc.assert(
      fc.asyncProperty(containers, configurations, async (some, texts) => {
        const all = some.map((each, index) => ({ name: `c${String(index)}`, ...each }));
        expect(await published(all, texts)).to.deep.equal(expected(all, texts));
      }),
      { numRuns: 100 },
    );
  });
});
