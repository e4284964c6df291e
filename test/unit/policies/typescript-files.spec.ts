import { expect } from 'chai';
import { transform } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = new URL('../../../src/lib/policies/typescript-files.ts', import.meta.url);

describe('TypeScript of policies', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-typescript-'));
    const { code } = await transform(await readFile(source, 'utf8'), { loader: 'ts' });
    await writeFile(join(directory, 'typescript-files.mjs'), code);
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** What a program prints that imports a policy, with the parts of Node that read TypeScript in it. */
  async function run(): Promise<unknown> {
    const file = join(directory, 'run.mjs');
    await writeFile(
      file,
      `import { stripTypesElsewhere } from './typescript-files.mjs';
       stripTypesElsewhere();
       const policy = import('./policy.ts');
       const result = await policy.then(({ value }) => value, ({ message, stack }) => ({ message, stack }));
       const readers = process.moduleLoadList.filter((name) => name.includes('amaro'));
       console.log(JSON.stringify({ result, readers }));`,
    );
    return JSON.parse(
      execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  }

  it('is read by a process of its own, also what it imports', async () => {
    await writeFile(join(directory, 'names.ts'), "export const prefix: string = '/names/';");
    await writeFile(
      join(directory, 'policy.ts'),
      "import { prefix } from './names.ts';\nexport const value: string = prefix;",
    );
    expect(await run()).to.deep.equal({ result: '/names/', readers: [] });
  });

  it('keeps its lines and columns', async () => {
    await writeFile(join(directory, 'policy.ts'), 'interface A {\n  x: number;\n}\nexport const value: A = missing;');
    expect(await run())
      .to.have.nested.property('result.stack')
      .that.matches(/policy\.ts:4:25/);
  });

  it('that cannot be read is left to Node, with its error', async () => {
    await writeFile(join(directory, 'policy.ts'), 'export enum A { x }');
    expect(await run())
      .to.have.nested.property('result.message')
      .that.contains('enum');
  });
});
