import { expect } from 'chai';
import { blocksOf, type DocBlock } from '../support/doc-blocks.ts';
import { commandsOf, GuideSession, patternOf, type ShownCommand } from '../support/guide-session.ts';
import { Playground } from '../support/playground.ts';

const guides = [
  { page: 'guide.md', title: 'the guide', name: 'guide' },
  { page: 'from-dockerops.md', title: 'the guide for those who come from DockerOps', name: 'fromops' },
];

/** A page from top to bottom: writes its files, runs its commands, and compares the output with the page. */
for (const { page, title, name } of guides)
  describe(title, function () {
    this.timeout(300_000);
    const playground = new Playground(name);
    let session: GuideSession;

    before(async () => {
      await playground.open();
      session = new GuideSession(playground.directory, playground.project);
      await session.open();
    });
    after(() => playground.close());

    async function type({ command, output }: ShownCommand, place: string): Promise<void> {
      const { code, text } = await session.run(session.named(command));
      const told = `${place}: ${command}\n${text}`;
      const isError = output.some((line) => line.startsWith('error:'));
      expect(code === 0, told).to.equal(!isError);
      for (const line of output.filter((each) => each !== '...'))
        expect(text, told).to.match(patternOf(session.named(line)));
    }

    async function follow({ kind, text, place }: DocBlock): Promise<void> {
      const path = kind.split(' ')[1];
      if (path !== undefined) await session.write(path, text);
      if (kind === 'console') for (const command of commandsOf(text)) await type(command, place);
    }

    const blocks = blocksOf(page);
    for (const heading of new Set(blocks.map((block) => block.heading))) {
      it(heading, async () => {
        for (const block of blocks.filter((each) => each.heading === heading)) await follow(block);
      });
    }
  });
