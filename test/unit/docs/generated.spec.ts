import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { generatedDocs } from '../../../scripts/docs.mjs';
import { runConfSchema } from '../../../src/lib/project/conf/run-conf-schema.ts';
import { blocksOf, pages } from '../../support/doc-blocks.ts';

const at = (path: string): URL => new URL(`../../../${path}`, import.meta.url);

describe('docs/', () => {
  it('is made from the schema and the commands: run `node scripts/docs.mjs` when this fails', async function () {
    this.timeout(20_000);
    for (const [path, text] of Object.entries(await generatedDocs()))
      expect(readFileSync(at(path), 'utf8') === text, path).to.equal(true);
  });

  it('shows each key of run.conf in an example below its heading', () => {
    const shown = blocksOf('run-conf.md')
      .filter(({ text, heading }) => (parse(`[${text}]`) as readonly object[]).some((entry) => heading in entry))
      .map(({ heading }) => heading);
    expect(Object.keys(runConfSchema.items?.properties ?? {}).filter((key) => !shown.includes(key))).to.deep.equal([]);
  });

  it('names each file of a guide in the text, too, as rendered pages do not show the words of a fence', () => {
    for (const page of ['guide.md', 'from-dockerops.md']) {
      const lines = readFileSync(at(`docs/${page}`), 'utf8').split('\n');
      const files = lines.flatMap((line, index) => {
        const [, path] = /^```\S+ (\S+)$/.exec(line) ?? [];
        return path === undefined ? [] : [{ path, before: lines[index - 1] ?? '' }];
      });
      expect(files).to.have.length.above(2);
      expect(files.filter(({ path, before }) => !before.includes(`\`${path}\``))).to.deep.equal([]);
    }
  });

  it('has no link that leads nowhere', () => {
    const links = pages.flatMap((page) =>
      [...readFileSync(at(`docs/${page}`), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
        ([, path]) => `docs/${path ?? ''}`,
      ),
    );
    expect(links.filter((path) => !existsSync(at(path)))).to.deep.equal([]);
  });

  it('names files that exist, as CONTRIBUTING.md does', () => {
    const texts = ['CONTRIBUTING.md', 'docs/architecture.md'].map((page) => readFileSync(at(page), 'utf8'));
    const named = texts.flatMap((text) => [...text.matchAll(/`((?:src|test|scripts|base-image|docs)\/[^\s`*]*)`/g)]);
    expect(named).to.have.length.above(40);
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(at(path)))).to.deep.equal([]);
  });
});
