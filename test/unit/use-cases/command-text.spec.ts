import { expect } from 'chai';
import { commandText } from '../../../src/lib/use-cases/command-text.ts';

describe('the text of a command in the lock', () => {
  it('says what it is about', () => {
    expect(commandText('run', ['web', '--instance', 'one', '--no-wait', '--instance-type=master'])).to.equal(
      'dockerops run web --instance one --no-wait --instance-type=master',
    );
  });

  it('holds no value that may be secret, however it is written', () => {
    const told = [
      ['-H', 'tcp://ann:hunter2@host'],
      ['--host=tcp://ann:hunter2@host'],
      ['web', '--seed-command', 'psql --password=hunter2'],
      ['web', '-Hssh://ann:hunter2@host'],
    ].map((words) => commandText('run', words));
    expect(told.slice(0, 3)).to.deep.equal([
      'dockerops run -H …',
      'dockerops run --host …',
      'dockerops run web --seed-command …',
    ]);
    expect(
      commandText('once', ['web', '--instance', 'one', '--', 'env', 'DB_PASSWORD=hunter2', '--instance', 'hunter2']),
    ).to.equal('dockerops once web --instance one -- …');
    expect(commandText('run', ['web', '--'])).to.equal('dockerops run web');
    for (const text of told) expect(text).not.to.contain('hunter2');
  });
});
