import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { resolveScene } from './project-files.ts';

const directory = new URL('../../../docs/', import.meta.url);

/** Blocks of a page that show entries of run.conf. */
function examplesOf(page: string): readonly (readonly object[])[] {
  const blocks = readFileSync(new URL(page, directory), 'utf8').split('```').filter((_, index) => index % 2 === 1);
  return blocks.filter((block) => block.trim().startsWith('{ "service"')).map((block) => parse(`[${block}]`) as readonly object[]);
}

describe('the examples of run.conf in the docs', () => {
  for (const page of readdirSync(directory).filter((name) => examplesOf(name).length > 0)) {
    it(`of ${page} are valid`, () => {
      for (const conf of examplesOf(page)) {
        const { problems, missing, desired } = resolveScene({ conf });
        expect({ problems, missing }).to.deep.equal({ problems: [], missing: [] });
        expect(desired.instances).to.have.length(conf.length);
      }
    });
  }
});
