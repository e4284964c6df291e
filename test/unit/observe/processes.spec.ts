import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { gatherClientFacts } from '../../../src/lib/observe/host-facts.ts';
import {
  isProcessRunning,
  isSameProcess,
  isStillRunning,
  parseProcess,
  processStart,
} from '../../../src/lib/observe/processes.ts';

describe('a process of this machine', () => {
  it('is identified by its pid and its start', () => {
    const { pid, processStart: start } = gatherClientFacts();
    expect(isProcessRunning(pid, start)).to.equal(true);
    expect(isProcessRunning(pid, '')).to.equal(true);
    expect(isProcessRunning(pid, 'another start')).to.equal(processStart(pid) === '');
  });

  it('does not run after its end', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'close');
    expect(isProcessRunning(child.pid ?? 0, '')).to.equal(false);
  });

  const stat = (state: string): string =>
    `4711 (a program) with) ${state} 1 4711 4711 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 9988 1 1`;

  it('does not run when it has ended and nobody has waited for it', () => {
    expect(isSameProcess(stat('S'), '9988')).to.equal(true);
    expect(isSameProcess(stat('Z'), '9988')).to.equal(false);
  });

  it('counts as running when we may not look at it', () => {
    expect(isSameProcess('', '9988')).to.equal(true);
  });

  it('is not a later one with the same pid', () => {
    expect(isSameProcess(stat('S'), '9989')).to.equal(false);
  });
});

describe('a process that was recorded', () => {
  const { machine, hostname, pidNamespace = '', pid, processStart: start } = gatherClientFacts();
  const here = { machine, hostname, pidNamespace };

  it('is looked at where it ran', () => {
    const text = JSON.stringify({ ...here, pid, processStart: start });
    expect(isStillRunning(parseProcess(text), here)).to.equal(true);
    expect(isStillRunning(parseProcess(text), here, () => false)).to.equal(false);
  });

  it('is unknown on another machine, in another container, or without a pid', () => {
    const recorded = { ...here, pid, processStart: start };
    expect(isStillRunning({ ...recorded, machine: 'another' }, here)).to.equal(undefined);
    expect(isStillRunning({ ...recorded, hostname: 'another' }, here)).to.equal(undefined);
    expect(isStillRunning({ ...recorded, pidNamespace: 'another' }, here)).to.equal(undefined);
    expect(isStillRunning(here, here)).to.equal(undefined);
  });

  it('is nothing when the record cannot be read', () => {
    expect([parseProcess(''), parseProcess('7'), parseProcess('null')]).to.deep.equal([{}, {}, {}]);
  });
});
