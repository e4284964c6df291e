import { expect } from 'chai';
import { reportError } from '../../../../src/lib/cli/arguments/error-report.ts';
import { restoreData } from '../../../../src/lib/use-cases/data/restore-data.ts';
import { seenPlatform } from '../observed-project.ts';

describe('restoring a file that is not there', () => {
  it('says what makes one, before anything is asked', async () => {
    const request = {
      service: 'db',
      file: 'x',
      force: false,
      sameModes: false,
      timeoutSeconds: 1,
      workingDirectory: '/nowhere',
      now: new Date(0),
    };
    const thrown: unknown = await restoreData(
      seenPlatform({}) as never,
      request,
      () => Promise.reject(new TypeError('asked')),
      {} as never,
    ).catch((error: unknown) => error);
    expect(reportError(thrown)).to.deep.include({
      message: '/nowhere/x does not exist',
      suggestions: ['make a backup: dockerops backup:db,instance=NAME'],
    });
  });
});
