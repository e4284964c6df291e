import { expect } from 'chai';
import fc from 'fast-check';
import { expandEnvFile, printEnvFile } from '../../../../src/lib/project/compose/env-variables.ts';
import { parseEnvFile } from '../../../../src/lib/project/conf/env-file.ts';

const valuesOf = (variables: readonly { readonly name: string; readonly value: string }[]): object =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

describe('variables in the values of an env file', () => {
  it('are those of earlier lines, else those given; the last of two lines counts', () => {
    const text = 'A=1\nB=${A}${OUT}\nA=2\nC="$A, ${NONE:-none}"\nD=\'$A\'\nE="\\$A"\nF=$$A\n';
    expect(valuesOf(expandEnvFile('.env', text, { OUT: 'o', A: 'not this' }))).to.deep.equal({
      A: '2',
      B: '1o',
      C: '2, none',
      D: '$A',
      E: '$A',
      F: '$A',
    });
  });

  it('may be defaults of each other, up to a depth at which no reader overflows', () => {
    const nested = (depth: number): string => `A=${'${X:-'.repeat(depth)}x${'}'.repeat(depth)}\n`;
    expect(valuesOf(expandEnvFile('.env', nested(50), {}))).to.deep.equal({ A: 'x' });
    const [variable] = expandEnvFile('.env', nested(10_000), {});
    expect(variable?.missing).to.deep.equal(['X']);
  });

  it('are reported where they have no value', () => {
    const [variable] = expandEnvFile('.env', 'A=${B}-${C-}\n', {});
    expect(variable).to.deep.include({ name: 'A', value: '-', missing: ['B'] });
  });
});

describe('an env file that is written', () => {
  it('reads back as the same values', () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/).filter((text) => text !== '__proto__');
    // Files have no other line breaks, nor halves of characters.
    const value = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (variables) => {
        const { variables: read, problems } = parseEnvFile('x.env', printEnvFile(variables));
        expect(problems).to.deep.equal([]);
        expect(valuesOf(read)).to.deep.equal(variables);
      }),
    );
    const awkward = { A: 'a\n"b\\n\' # $X\r\n\t', B: '' };
    expect(valuesOf(parseEnvFile('x.env', printEnvFile(awkward)).variables)).to.deep.equal(awkward);
  });
});
