import { expect } from 'chai';
import { parseJson } from '../../src/lib/json.ts';
import { canonicalJson } from '../../src/lib/model/canonical-json.ts';
import { parseSpecLabel } from '../../src/lib/model/labelled-spec.ts';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('JSON of others', () => {
  it('is parsed up to a depth at which no reader overflows', () => {
    expect(() => parseJson(nested(100))).not.to.throw();
    expect(() => parseJson(nested(101))).to.throw(SyntaxError, 'nested more than 100 deep at position 100');
    expect(() => parseJson('{"a":'.repeat(100_000))).to.throw(SyntaxError, 'nested more than 100 deep');
  });

  it('may have any number of brackets in its texts, and beside each other', () => {
    const values = ['[['.repeat(500), '\\"[['.repeat(500), `\\${'[['.repeat(500)}`, '\\'];
    const lists = Array.from({ length: 500 }, () => [{}]);
    expect(parseJson(JSON.stringify([...values, ...lists]))).to.deep.equal([...values, ...lists]);
  });

  it('in the label of a container is no specification when it is deeper', () => {
    const deep = `{"network":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
    expect(canonicalJson(parseSpecLabel(deep))).to.equal('{}');
  });
});
