import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../../src/lib/errors.ts';
import { rewriteArguments } from '../../../../src/lib/cli/arguments/rewrite-arguments.ts';
import { shapes } from './shapes.ts';

const piece = fc.constantFrom(
  'run',
  'clean',
  'ps',
  'dns',
  'why',
  'install_demo',
  ':',
  ',',
  '=',
  '"',
  "'",
  '\\',
  ' ',
  'web',
  'all',
  'force',
  'instance',
  'publish_ports',
  'no-',
  '--',
  '-',
  'True',
  'maybe',
  '__proto__',
  'constructor',
  'é',
  '\n',
);
const joined = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  joined,
  joined.map((text) => `run:${text}`),
);
const ids: ReadonlySet<string> = new Set(shapes.map(({ id }) => id));

describe('any words', () => {
  it('are understood as a command, or told to be wrong: never a bug', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        try {
          const [id = ''] = rewriteArguments(words, shapes);
          expect(ids.has(id) || id === 'dns' || words[0] === undefined, id).to.equal(true);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.message + error.problems.map(({ message }) => message).join('')).not.to.equal('');
          expect(error.suggestions.length + error.problems.length, error.message).to.be.greaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('after a command are its first argument, its instance or its options, in any order of the options', () => {
    const options = fc.shuffledSubarray(['publish_ports=False', 'group=x', 'replace', 'linked=yes'], { minLength: 1 });
    fc.assert(
      fc.property(options, (chosen) => {
        const [id, ...rest] = rewriteArguments([`run:web,one,${chosen.join(',')}`], shapes);
        const [, ...sorted] = rewriteArguments([`run:web,one,${chosen.toSorted().join(',')}`], shapes);
        expect(id).to.equal('run');
        expect(rest.toSorted()).to.deep.equal(sorted.toSorted());
        expect(rest).to.include.members(['web', '--instance=one']);
      }),
    );
  });
});
