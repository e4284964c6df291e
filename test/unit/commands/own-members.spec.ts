import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../../../src/commands', import.meta.url));

/** oclif copies a class with its own members only: what a command inherits would be missing from its manifest. */
describe('the arguments and flags of every command', () => {
  it('are members of its own class', async function () {
    this.timeout(20_000);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).to.have.length.above(30);
    for (const { parentPath, name } of files) {
      const { default: Command } = (await import(`${parentPath}/${name}`)) as { readonly default: object };
      for (const member of ['args', 'flags'] as const) {
        const inherited = (Command as Record<string, object | undefined>)[member] ?? {};
        const isOwn = Object.hasOwn(Command, member);
        expect(isOwn || Object.keys(inherited).length === 0, `${member} of ${name}`).to.equal(true);
      }
    }
  });
});
