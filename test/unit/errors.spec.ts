import { expect } from 'chai';
import * as errors from '../../src/lib/errors.ts';
import * as directoryErrors from '../../src/lib/directories/directory-errors.ts';

describe('errors', () => {
  it('have a reason, also when the text behind the colon turned out to be empty', () => {
    const messageFor = (text: string): string => new errors.OperationFailed(text, { code: 'CODE' }).message;
    expect(messageFor('shop-web-one: ')).to.equal('shop-web-one: no reason was given');
    expect(messageFor(' ')).to.equal('no reason was given');
    expect(messageFor('shop-web-one: ended\n')).to.equal('shop-web-one: ended\n');
  });

  it('are called as their classes, also in a program whose classes have other names', () => {
    const classes = Object.entries({ ...errors, ...directoryErrors }).filter(
      ([name, member]) => typeof member === 'function' && /^class\b/.test(String(member)) && name !== 'DockeropsError',
    );
    expect(classes.map(([name]) => name)).to.include.members(['UserError', 'NotFound', 'Forbidden', 'DirectoryDenied']);
    for (const [name, member] of classes) {
      const made = new (member as new (message: string, details: errors.ErrorDetails) => Error)('message', {
        code: 'CODE',
      });
      expect(made.name).to.equal(name);
    }
  });
});
