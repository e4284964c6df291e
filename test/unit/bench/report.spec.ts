import { expect } from 'chai';
import { parseOptions } from '../../../bench/options.ts';
import { renderGrowth, renderTable } from '../../../bench/report.ts';
import { median, pairwiseRatios } from '../../../bench/statistics.ts';

function cells(table: string): string[][] {
  return table.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the figures of the bench', () => {
  it('are medians of pairs, so that one slow round decides nothing', () => {
    expect(median([9, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
    expect(pairwiseRatios([1, 20, 3], [2, 10, 6])).to.deep.equal([0.5, 2, 0.5]);
  });

  it('are shown with the ratio, its spread, and whether the reach of that size is met', () => {
    const values = { dockerops: [60, 80, 70], compose: [100, 100, 100], floor: [5, 5, 5] };
    const rows = cells(
      renderTable([
        { name: 'ps', title: 'ps', size: 10, others: '', values },
        { name: 'ps', title: 'ps', size: 50, others: '500 + 200', values: { ...values, dockerops: [71, 71, 71] } },
      ]),
    );
    expect(rows.slice(2)).to.deep.equal([
      ['ps', '10', '', '70 ms', '100 ms', '5 ms', '0.70', '0.60 to 0.80', '<= 0.8', 'reached'],
      ['ps', '50', '500 + 200', '71 ms', '100 ms', '5 ms', '0.71', '0.71 to 0.71', '<= 0.7', 'not reached'],
    ]);
  });

  it('leave blank what was not measured', () => {
    const [, , row] = cells(
      renderTable([{ name: 'ps', title: 'ps', size: 10, others: '', values: { compose: [100] } }]),
    );
    expect(row).to.deep.equal(['ps', '10', '', '', '100 ms', '', '', '', '<= 0.8', '']);
  });

  it('tell how each tool grows against itself', () => {
    const results = [
      { name: 'ps', title: 'ps', size: 50, others: '', values: { compose: [300] } },
      { name: 'ps', title: 'ps', size: 10, others: '', values: { compose: [100] } },
    ];
    expect(cells(renderGrowth(results)).slice(2)).to.deep.equal([['ps', '10 to 50', 'x 5.0', '', 'x 3.00', '']]);
  });
});

describe('the options of the bench', () => {
  it('have defaults for all', () => {
    expect(parseOptions([])).to.deep.include({ sizes: [10, 50], rounds: 7, peer: 'trixie', record: false });
  });

  it('refuse what they do not know, naming what there is', () => {
    expect(() => parseOptions(['--cases', 'ps,foo'])).to.throw('--cases: foo is none of ps, run-unchanged');
    expect(() => parseOptions(['--instances', '0'])).to.throw('--instances: 0 is not a positive number');
    expect(() => parseOptions(['--round', '3'])).to.throw('--round');
  });
});
