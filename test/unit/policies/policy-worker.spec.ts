import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PolicyLoadFailed,
  PolicyWorker,
  usualLimits,
  type PolicyAnswered,
} from '../../../src/lib/policies/policy-worker.ts';
import { inspectDocument } from '../../support/inspect-documents.ts';

const program = new URL('../../../src/lib/policies/worker.ts', import.meta.url);
const host = { name: 'host-1', id: 'ABCD' };

describe('a policy in its thread', () => {
  let directory: string;
  const workers: PolicyWorker[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-policies-'));
  });
  after(async () => {
    for (const worker of workers) await worker[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  async function open(name: string, text: string): Promise<PolicyWorker> {
    const file = join(directory, name);
    await writeFile(file, text);
    const limits = { ...usualLimits, callMs: 300 };
    const worker = await PolicyWorker.open(program, { source: { file } }, limits);
    workers.push(worker);
    return worker;
  }
  async function ask(worker: PolicyWorker, name = 'test-1', config?: unknown): Promise<PolicyAnswered> {
    const document = JSON.stringify(inspectDocument(name, '172.18.0.2'));
    return worker.call({ document, host, config, reserved: [] });
  }
  const keysOf = (answered: PolicyAnswered): unknown => ('keys' in answered ? answered.keys : answered.fault);
  const faultOf = (answered: PolicyAnswered): string => ('fault' in answered ? answered.fault.message : 'no fault');

  it('answers for a container, as a function or as a generator, in TypeScript or JavaScript', async () => {
    const typed = await open(
      'typed.ts',
      `export function* container(c: { hostname: string; get(...path: string[]): unknown }) {
         yield { ['/kontena/test/' + c.hostname]: { host: c.get('NetworkSettings', 'IPAddress') } };
       }`,
    );
    expect(keysOf(await ask(typed))).to.deep.equal([['/kontena/test/test-1', '{"host":"172.18.0.2"}']]);
    const later = await open('later.mjs', 'export const container = async (c, { x }) => ({ "/x": x + c.name });');
    expect(keysOf(await ask(later, 'a', { x: 'y' }))).to.deep.equal([['/x', 'ya']]);
    const common = await open('common.js', 'exports.container = (c) => ({ "/x": c.host.name });');
    expect(keysOf(await ask(common))).to.deep.equal([['/x', 'host-1']]);
  });

  it('reports what is thrown with file and line, and what it logged', async () => {
    const worker = await open(
      'throws.ts',
      'export function container() {\n  console.warn("careful");\n  throw new Error("no");\n}',
    );
    const answered = await ask(worker);
    expect(answered).to.deep.equal({
      fault: { message: 'no', where: `${join(directory, 'throws.ts')}:3:9` },
      warnings: ['careful'],
    });
  });

  it('gets a TypeError when it changes the container, its configuration or itself', async () => {
    const worker = await open(
      'changes.mjs',
      `export function container(c, config) {
         if (config.what === 'container') c.name = 'x';
         if (config.what === 'config') config.what = 'x';
         if (config.what === 'self') this.container = undefined;
         return {};
       }`,
    );
    for (const what of ['container', 'config', 'self'])
      expect(faultOf(await ask(worker, 'a', { what })), what).to.match(/^TypeError: /);
  });

  it('is ended when it loops, hangs or eats memory, and answers the next call', async function () {
    this.timeout(20_000);
    const worker = await open(
      'bad.mjs',
      `export function container(c) {
         if (c.name === 'loops') for (;;);
         if (c.name === 'hangs') return new Promise(() => {});
         if (c.name === 'exits') process.exit(3);
         if (c.name === 'eats') for (const all = []; ; ) all.push(new Array(1e5).fill({}));
         return { '/ok': '1' };
       }`,
    );
    const expected = {
      loops: 'it did not answer within 0.3 s',
      hangs: 'it did not answer within 0.3 s',
      exits: 'the policy has ended its thread',
      eats: /it used more memory than it may|it did not answer within/,
    };
    for (const [name, message] of Object.entries(expected)) {
      const answered = await ask(worker, name);
      expect(faultOf(answered), name).to.match(message instanceof RegExp ? message : new RegExp(`^${message}$`));
      expect(answered.isTransient, name).to.equal(true);
      expect(keysOf(await ask(worker)), `after ${name}`).to.deep.equal([['/ok', '1']]);
    }
  });

  it('answers the next call although what it left running has failed', async () => {
    const worker = await open(
      'leaves.mjs',
      'export function container() { setTimeout(() => { throw new Error("later"); }, 1); return { "/ok": "1" }; }',
    );
    for (let times = 0; times < 3; times += 1) {
      const answered = await ask(worker);
      if ('fault' in answered) expect(answered.fault.message).to.equal('later');
      else expect(answered.keys).to.deep.equal([['/ok', '1']]);
    }
  });

  it('that does not load is reported with file and line', async () => {
    const cases: readonly (readonly [string, string, RegExp, RegExp])[] = [
      ['syntax.mjs', 'export const a = 1;\nexport const = 2;', /Unexpected token/, /syntax\.mjs:2$/],
      ['throwing.mjs', '\nthrow new Error("at once");', /^at once$/, /throwing\.mjs:2:7$/],
      ['empty.ts', 'export const x = 1;', /does not export a function "container"/, /empty\.ts$/],
      ['typed.mts.ts', 'enum A { B }\nexport const container = () => A.B;', /enum/i, /typed\.mts\.ts/],
    ];
    for (const [name, text, message, where] of cases) {
      const failure: unknown = await open(name, text).catch((error: unknown) => error);
      expect(failure, name).to.be.instanceOf(PolicyLoadFailed);
      const { fault } = failure as PolicyLoadFailed;
      expect(fault.message, name).to.match(message);
      expect(fault.where, name).to.match(where);
    }
  });
});
