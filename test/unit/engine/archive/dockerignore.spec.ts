import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../../src/lib/errors.ts';
import { ignorePattern } from '../../../../src/lib/engine/archive/ignore-pattern.ts';
import { parseDockerignore } from '../../../../src/lib/engine/archive/dockerignore.ts';

/** Pattern file, then what it ignores and what it leaves. */
const cases: readonly (readonly [title: string, text: string, ignored: readonly string[], kept: readonly string[]])[] =
  [
    ['a plain name only at the root', 'build', ['build', 'build/a/b'], ['src/build', 'builder']],
    ['a name at any depth after **/', '**/build', ['build', 'src/build', 'a/b/build/c'], ['rebuild']],
    ['what is below a directory with /**', 'docs/**', ['docs/a', 'docs/a/b'], ['docs']],
    ['one level with *', '*/temp*', ['a/temp', 'a/temporary'], ['temp', 'a/b/temp']],
    ['one character with ?', 'temp?', ['tempa', 'tempb'], ['temp', 'tempaa']],
    ['a set of characters', 'log[0-9]', ['log1'], ['loga', 'log10']],
    ['a negated set of characters', 'log[^0-9]', ['loga'], ['log1']],
    ['a suffix, dots taken literally', '*.md', ['a.md'], ['b/a.md', 'amd']],
    ['all but what is taken back', '*\n!keep', ['a', 'b/c'], ['keep', 'keep/a']],
    ['with the last match winning', '*.md\n!README.md\nREADME*', ['README.md'], []],
    ['a file taken back from an ignored directory', 'docs\n!docs/keep.md', ['docs', 'docs/a.md'], ['docs/keep.md']],
    ['with a leading slash, dots and a trailing slash', '/./a/../build/', ['build'], ['a']],
    ['with Windows line ends and a byte order mark', '\uFEFFbuild\r\ntmp\r\n', ['build', 'tmp'], []],
    ['nothing for comments and empty lines', '# build\n\n   \n', [], ['build', '# build']],
    ['an escaped star literally', 'a\\*b', ['a*b'], ['axb']],
    ['characters that mean something in expressions', 'a+(b){c}|$', ['a+(b){c}|$'], ['aab']],
  ];

function problemsIn(text: string, file?: string): UserError {
  try {
    parseDockerignore(text, file);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it is valid');
}

describe('.dockerignore', () => {
  for (const [title, text, ignored, kept] of cases) {
    it(`ignores ${title}`, () => {
      const rules = parseDockerignore(text);
      expect(
        ignored.filter((path) => !rules.ignores(path)),
        'should be ignored',
      ).to.deep.equal([]);
      expect(
        kept.filter((path) => rules.ignores(path)),
        'should be kept',
      ).to.deep.equal([]);
    });
  }

  it('names the file and the line of everything that is not a pattern', () => {
    const { code, problems } = problemsIn('a\n[z-a]\n\n!\n', 'web/.dockerignore');
    expect(code).to.equal('DOCKERIGNORE_INVALID');
    expect(problems.map(({ where, message }) => [where, message])).to.deep.equal([
      ['web/.dockerignore:2:1', '"[z-a]" is not a pattern'],
      ['web/.dockerignore:4:1', '"!" is not a pattern'],
    ]);
  });

  it('refuses what Docker refuses', () => {
    for (const pattern of ['!', '[', '[a', 'a[]', '[^]', '[]a]', '[a-]', '[-a]', 'a\\'])
      expect(
        problemsIn(pattern).problems.map(({ where }) => where),
        pattern,
      ).to.deep.equal(['.dockerignore:1:1']);
    for (const pattern of ['[a-c]', '[^a-c]x', '\\[', '[\\]]', 'a]', 'a-b', '**/[ab]*'])
      expect(() => parseDockerignore(pattern), pattern).to.not.throw();
  });

  it('ignores everything below what it ignores, without exceptions', () => {
    const name = fc.stringMatching(/^[a-c]{1,3}$/);
    const pattern = fc
      .array(fc.oneof(name, fc.constant('*'), fc.constant('**')), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(pattern, fc.array(name, { minLength: 1, maxLength: 4 }), name, (text, parts, child) => {
        const rules = parseDockerignore(text);
        const path = parts.join('/');
        fc.pre(rules.ignores(path));
        expect(rules.ignores(`${path}/${child}`)).to.equal(true);
      }),
    );
  });

  it('means the same with many wildcards as a regular expression', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?', '[^a]');
    const path = fc.stringMatching(/^[ab/]{1,8}$/);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), path, (parts, text) => {
        const pattern = parts.join('');
        const source = pattern.replaceAll(/\*\*\/|\*\*|\*|\?/g, (found, at: number) => {
          if (found.startsWith('**') && at + found.length === pattern.length) return '.*';
          return { '**/': '(?:.*/)?', '**': '(?:.*/)?', '*': '[^/]*', '?': '[^/]' }[found] ?? '';
        });
        const ancestry = text.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
        const expression = new RegExp(`^${source}$`, 's');
        expect(ignorePattern(pattern)(ancestry)).to.equal(
          ancestry.some((each) => expression.test(each)),
          source,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('has an end for any pattern', () => {
    expect(parseDockerignore(`${'*a'.repeat(100)}b`).ignores('a'.repeat(255))).to.equal(false);
    expect(parseDockerignore(`${'**/a/'.repeat(100)}b`).ignores('a/'.repeat(2000))).to.equal(false);
    expect(problemsIn('a'.repeat(5000)).problems[0]?.message).to.contain('at most 4096 characters');
  });

  it('reads any text, or says that it cannot', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (text, path) => {
        try {
          expect(parseDockerignore(text).ignores(path)).to.be.a('boolean');
        } catch (error) {
          expect(error).to.be.instanceOf(UserError);
        }
      }),
    );
  });
});
