import { Args, Flags, Parser } from '@oclif/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { shapeOf } from '../../../../src/lib/cli/arguments/command-shape.ts';
import { hideDashes, prepareInput, showDashes } from '../../../../src/lib/cli/arguments/parser-input.ts';
import { rewriteArguments } from '../../../../src/lib/cli/arguments/rewrite-arguments.ts';

interface DesiredState {
  readonly service: string;
  readonly instance?: string | undefined;
  readonly command?: string | undefined;
  readonly volumes?: readonly string[] | undefined;
  readonly publishPorts?: boolean | undefined;
  readonly replace?: boolean | undefined;
}

const args = { service: Args.string() };
const flags = {
  instance: Flags.string({ char: 'i' }),
  command: Flags.string(),
  volumes: Flags.string({ multiple: true }),
  'publish-ports': Flags.boolean({ allowNo: true }),
  replace: Flags.boolean(),
};
const shape = shapeOf({ id: 'run', args, flags });

const text = fc
  .string({ unit: 'binary' })
  .map((value) => value.replaceAll('\0', ''))
  .filter((value) => !value.includes('\uFFFF'));
const trickyText = fc.stringMatching(/^[-a",'=\\ :\n]{0,8}$/);
const value = fc.oneof(
  text,
  trickyText,
  fc.constantFrom('--replace', '--instance', '-i', '-ix', '--', '-1', '--no-publish-ports'),
);
const wanted: fc.Arbitrary<DesiredState> = fc.record(
  {
    service: fc.stringMatching(/^[a-z./][a-z0-9./:,=" -]{0,10}[a-z]$/),
    instance: value,
    command: value,
    volumes: fc.array(value, { minLength: 1, maxLength: 3 }),
    publishPorts: fc.boolean(),
    replace: fc.boolean(),
  },
  { requiredKeys: ['service'] },
);

describe('any options', () => {
  it('give the same result in both dialects, whatever their values hold', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, async (options) => {
        const first = await parse([firstDialect(options)]);
        const second = await parse(secondDialect(options));
        expect(first).to.deep.equal(second);
        expect(second).to.deep.equal(expected(options));
      }),
      { numRuns: 500 },
    );
  });
});

async function parse(argv: readonly string[]): Promise<unknown> {
  const [, ...words] = rewriteArguments(argv, [shape]);
  const parsed = await Parser.parse(hideDashes(words), prepareInput({ args, flags }));
  showDashes(parsed.flags);
  return { ...parsed.args, ...parsed.flags };
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

function firstDialect(options: DesiredState): string {
  const pairs = [
    quote(options.service),
    ...(options.instance === undefined ? [] : [`instance=${quote(options.instance)}`]),
    ...(options.command === undefined ? [] : [`command=${quote(options.command)}`]),
    ...(options.volumes ?? []).map((volume) => `volumes=${quote(volume)}`),
    ...(options.publishPorts === undefined ? [] : [`publish_ports=${options.publishPorts ? 'True' : 'False'}`]),
    ...(options.replace === undefined ? [] : [`replace=${options.replace ? 'yes' : 'no'}`]),
  ];
  return `run:${pairs.join(',')}`;
}

function secondDialect(options: DesiredState): readonly string[] {
  return [
    'run',
    options.service,
    ...(options.instance === undefined ? [] : [`--instance=${options.instance}`]),
    ...(options.command === undefined ? [] : [`--command=${options.command}`]),
    ...(options.volumes ?? []).map((volume) => `--volumes=${volume}`),
    ...(options.publishPorts === undefined ? [] : [options.publishPorts ? '--publish-ports' : '--no-publish-ports']),
    ...(options.replace === true ? ['--replace'] : []),
  ];
}

function expected(options: DesiredState): unknown {
  return {
    service: options.service,
    ...(options.instance !== undefined && { instance: options.instance }),
    ...(options.command !== undefined && { command: options.command }),
    ...(options.volumes !== undefined && { volumes: options.volumes }),
    ...(options.publishPorts !== undefined && { 'publish-ports': options.publishPorts }),
    // What is not negatable has a default in oclif only when it says so.
    ...(options.replace === true && { replace: true }),
  };
}
