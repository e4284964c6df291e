import { expect } from 'chai';
import { blocksOf, type DocBlock } from '../support/doc-blocks.ts';
import { commandsOf, GuideSession, patternOf, type ShownCommand } from '../support/guide-session.ts';
import { Playground } from '../support/playground.ts';

/** docs/guide.md from top to bottom: writes its files, runs its commands, and compares the output with the page. */
describe('the guide', function () {
  this.timeout(300_000);
  const playground = new Playground('guide');
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

  const blocks = blocksOf('guide.md');
  for (const heading of new Set(blocks.map((block) => block.heading))) {
    it(heading, async () => {
      for (const block of blocks.filter((each) => each.heading === heading)) await follow(block);
    });
  }
});
