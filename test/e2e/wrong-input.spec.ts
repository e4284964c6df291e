import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';
import { wrongInputs, type WrongInput } from '../support/wrong-input-cases.ts';

const right = {
  'services/web/Dockerfile': 'FROM dockerops/dockerops-base\n',
  'run.conf': '[\n  { "service": "web", "instance": "one" }\n]\n',
};
const atOnce = 3;

/** All without an engine: errors are found before one is needed. */
describe('wrong input', function () {
  this.timeout(120_000);
  let root: string;
  const told = new Map<
    WrongInput,
    { readonly result: CliResult; readonly text: string; readonly files: readonly string[] }
  >();

  async function tell(input: WrongInput, number: number): Promise<void> {
    const directory = join(root, String(number), 'demo');
    const files = Object.entries({ ...right, ...input.files });
    for (const [name, text] of files) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text, { mode: 0o600 });
    }
    const before = await readdir(directory, { recursive: true });
    const result = await dockerops(input.words ?? ['validate'], {
      cwd: directory,
      environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock', ...input.environment },
    });
    const text = (input.words === undefined ? result.stdout.replace(/\d+ problems?\n$/, '') : result.stderr)
      .trimEnd()
      .replaceAll(directory, '~');
    const after = await readdir(directory, { recursive: true });
    told.set(input, { result, text, files: after.filter((name) => !before.includes(name)) });
  }

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'dops-test-wrong-')));
    const rest = wrongInputs.entries();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const [number, input] of rest) await tell(input, number);
      }),
    );
  });
  after(() => rm(root, { recursive: true }));

  for (const input of wrongInputs) {
    it(`${input.title}: what, where, and what to do`, () => {
      const { result, text, files } = told.get(input) ?? { result: undefined, text: '', files: [] };
      expect(result?.code, text).to.equal(2);
      if (input.expected.endsWith('…'))
        expect(text.slice(0, input.expected.length - 1)).to.equal(input.expected.slice(0, -1));
      else expect(text).to.equal(input.expected);
      expect(files, 'nothing is written').to.deep.equal([]);
    });
  }
});
