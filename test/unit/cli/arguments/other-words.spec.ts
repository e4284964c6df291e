import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { otherWords } from '../../../../src/lib/cli/arguments/find-command.ts';

describe('words of other tools', () => {
  it('are no commands, and lead to commands that exist', () => {
    const commands = readdirSync('src/commands').map((file) => file.replace(/\.ts$/, ''));
    expect(commands).to.include.members([...otherWords.values()]);
    expect(commands.filter((command) => otherWords.has(command))).to.deep.equal([]);
  });
});
