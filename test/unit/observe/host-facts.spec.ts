import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { gatherClientFacts, isAlive, isSameLife, processStart } from '../../../src/lib/observe/host-facts.ts';

describe('whether a process still runs', () => {
  it('is told by its pid and its start', async () => {
    const { pid, processStart: start } = gatherClientFacts();
    expect(isAlive(pid, start)).to.equal(true);
    expect(isAlive(pid, '')).to.equal(true);
    expect(isAlive(pid, 'another start')).to.equal(processStart(pid) === '');
  });

  it('is no after its end', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'close');
    expect(isAlive(child.pid ?? 0, '')).to.equal(false);
  });

  const stat = (state: string): string =>
    `4711 (a program) with) ${state} 1 4711 4711 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 9988 1 1`;

  it('is no for one that ended and that nobody has waited for', () => {
    expect(isSameLife(stat('S'), '9988')).to.equal(true);
    expect(isSameLife(stat('Z'), '9988')).to.equal(false);
  });

  it('is yes for one that is there and may not be looked at', () => {
    expect(isSameLife('', '9988')).to.equal(true);
  });

  it('is no for a later one with the same pid', () => {
    expect(isSameLife(stat('S'), '9989')).to.equal(false);
  });
});
