import { expect } from 'chai';
import { nextDue } from '../../../../src/lib/server/jobs/schedule.ts';

const after = (pattern: string, timezone: string, time: string): string =>
  new Date(nextDue({ pattern, timezone }, Date.parse(time)) ?? 0).toISOString();

describe('a schedule', () => {
  it('is due at the time of its timezone, in summer and in winter', () => {
    expect(after('0 4 * * *', 'Europe/Berlin', '2026-01-10T12:00:00Z')).to.equal('2026-01-11T03:00:00.000Z');
    expect(after('0 4 * * *', 'Europe/Berlin', '2026-07-10T12:00:00Z')).to.equal('2026-07-11T02:00:00.000Z');
  });

  it('is due once in a night that has the hour twice, and also in one that lacks it', () => {
    const first = after('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z');
    expect(first).to.be.oneOf(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
    expect(after('30 2 * * *', 'Europe/Berlin', first)).to.equal('2026-10-26T01:30:00.000Z');
    expect(after('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).to.equal('2026-03-29T01:00:00.000Z');
  });

  it('knows ranges, lists, steps and names', () => {
    expect(after('*/20 9-17 * * MON-FRI', 'UTC', '2026-01-30T17:45:00Z')).to.equal('2026-02-02T09:00:00.000Z');
    expect(after('5,10 0 1 * *', 'UTC', '2026-01-30T00:00:00Z')).to.equal('2026-02-01T00:05:00.000Z');
  });

  it('is due later than the time that is given', () => {
    expect(after('0 * * * *', 'UTC', '2026-01-30T05:00:00Z')).to.equal('2026-01-30T06:00:00.000Z');
  });
});
