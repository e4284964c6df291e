import { expect } from 'chai';
import fc from 'fast-check';
import { expand } from '../../../../src/lib/daemons/operator/expand.ts';

describe('variables in values', () => {
  it('are replaced by name, with or without braces', () => {
    expect(expand('http://$HOST:${PORT}/x', { HOST: 'h', PORT: '80' })).to.deep.equal({
      text: 'http://h:80/x',
      missing: [],
      names: ['HOST', 'PORT'],
    });
  });

  it('that are missing are listed', () => {
    expect(expand('$A and ${B} and $A', { A: 'a' }).missing).to.deep.equal(['B']);
    expect(expand('$constructor', {}).missing).to.deep.equal(['constructor']);
  });

  it('leave other dollar signs, and a doubled one becomes one', () => {
    expect(expand('$$HOME costs 5$ or $1', {})).to.deep.equal({ text: '$HOME costs 5$ or $1', missing: [], names: [] });
  });

  it('leave a text unchanged whose dollar signs are doubled first', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expand(text.replaceAll('$', '$$$$'), {})).to.deep.equal({ text, missing: [], names: [] });
      }),
    );
  });
});
