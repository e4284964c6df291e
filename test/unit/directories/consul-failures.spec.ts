import { expect } from 'chai';
import { answerFailure, consul } from '../../../src/lib/directories/consul/failures.ts';
import { requestFailure } from '../../../src/lib/directories/request-failures.ts';
import {
  DirectoryDenied,
  DirectoryError,
  DirectoryNotFound,
  DirectoryUnreachable,
} from '../../../src/lib/directories/directory-errors.ts';
import { Interrupted } from '../../../src/lib/errors.ts';

const asked = { address: 'http://10.0.0.5:8500', step: 'read the keys below a/' };

describe('failures of Consul', () => {
  for (const [status, words, type, message] of [
    [
      403,
      'Permission denied',
      DirectoryDenied,
      'read the keys below a/: Consul at http://10.0.0.5:8500 does not permit it (Permission denied)',
    ],
    [
      404,
      '',
      DirectoryNotFound,
      'read the keys below a/: Consul at http://10.0.0.5:8500 does not have it (HTTP status 404)',
    ],
    [
      500,
      'No cluster leader\n',
      DirectoryUnreachable,
      'read the keys below a/: Consul at http://10.0.0.5:8500 is not ready: No cluster leader',
    ],
    [
      400,
      'Invalid wait time',
      DirectoryError,
      'read the keys below a/: Consul at http://10.0.0.5:8500 refuses: Invalid wait time',
    ],
    [
      301,
      '',
      DirectoryError,
      'read the keys below a/: what answers at http://10.0.0.5:8500 redirects to another address (HTTP status 301)',
    ],
  ] as const) {
    it(`tells an answer with status ${status} as ${type.name}`, () => {
      const failure = answerFailure(asked, status, words);
      expect(failure.name).to.equal(type.name);
      expect(failure.message).to.equal(message);
    });
  }

  it('name the reason when nothing answers, and what to do', () => {
    const failure = requestFailure(
      consul,
      asked,
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      undefined,
    );
    if (!(failure instanceof DirectoryUnreachable)) throw failure;
    expect(failure.message).to.equal(
      'read the keys below a/: Consul at http://10.0.0.5:8500 does not answer: nothing listens there',
    );
    expect(failure.suggestions).to.deep.equal(['start the Consul agent, or correct --consul']);
    const several = new AggregateError([Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })]);
    expect(requestFailure(consul, asked, several, undefined).message).to.equal(failure.message);
  });

  it('are interruptions when the own signal ended the request', () => {
    expect(requestFailure(consul, asked, new Error('aborted'), AbortSignal.abort())).to.be.instanceOf(Interrupted);
  });
});
