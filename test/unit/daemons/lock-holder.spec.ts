import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lockHolder } from '../../../src/lib/daemons/lock-holder.ts';

describe('the holder of a daemon’s lock', () => {
  const { holder, isGone } = lockHolder('operator');
  const mine = JSON.parse(holder) as Readonly<Record<string, unknown>>;

  it('names the process to people', () => {
    expect(mine['operator']).to.match(new RegExp(`^\\S+@\\S+ \\(pid ${String(process.pid)}\\)$`));
    expect(Date.parse(String(mine['since']))).to.be.closeTo(performance.timeOrigin, 1000);
  });

  it('is the same for a daemon that takes the place of another one in this process', () => {
    expect(lockHolder('operator').holder).to.equal(holder);
  });

  it('is gone when its process is dead, or when its pid is another process now', async () => {
    expect(isGone(holder)).to.equal(false);
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(isGone(JSON.stringify({ ...mine, pid: child.pid }))).to.equal(true);
    expect(isGone(JSON.stringify({ ...mine, processStart: '1' }))).to.equal(process.platform === 'linux');
  });

  it('is never taken for gone on another machine, in another pid namespace, or when it is not understood', () => {
    const dead = { ...mine, processStart: '1' };
    expect(
      [
        JSON.stringify({ ...dead, machine: 'other' }),
        JSON.stringify({ ...dead, hostname: 'other' }),
        JSON.stringify({ ...dead, pidNamespace: 'pid:[1]' }),
        JSON.stringify({ ...dead, pid: 'x' }),
        'null',
        'somebody',
      ].filter(isGone),
    ).to.deep.equal([]);
  });
});
