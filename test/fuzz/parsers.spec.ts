import { corpusOf, fuzz, parseOnce } from './run-target.ts';
import { targets } from './targets.ts';

const inputs = 10_000;

describe('a parser of', () => {
  for (const target of targets) {
    it(`${target.name} reads any text, or reports what is wrong with it`, async function () {
      this.timeout(60_000);
      for (const { text } of corpusOf(target)) await parseOnce(target, text);
      await fuzz(target, Math.ceil(inputs / targets.length), {});
    });
  }
});
