import { expect } from 'chai';
import { Readable } from 'node:stream';
import {
  DirectoryDenied,
  DirectoryError,
  DirectoryNotFound,
  DirectoryUnreachable,
  LoginRejected,
  RevisionGone,
} from '../../../src/lib/directories/directory-errors.ts';
import { etcdError, foreignAnswer, parseFailure } from '../../../src/lib/directories/etcd/failures.ts';
import { linesOf } from '../../../src/lib/directories/etcd/json-lines.ts';

const asked = { address: 'http://10.0.0.5:2379', step: 'read the keys below a/' };

describe('failures of etcd', () => {
  it('are read from the gateways of 3.4 and 3.5, and from within a stream', () => {
    const failure = { code: 14, text: 'etcdserver: no leader' };
    for (const text of [
      '{"error":"etcdserver: no leader","message":"etcdserver: no leader","code":14}',
      '{"code":14, "message":"etcdserver: no leader"}',
      '{"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader","http_status":"Unavailable"}}',
      '{"error":{"code":14,"message":"etcdserver: no leader"}}',
    ])
      expect(parseFailure(text), text).to.deep.equal(failure);
    for (const text of ['404 page not found\n', 'null', '{}', '{"result":{}}', '7'])
      expect(parseFailure(text), text).to.equal(undefined);
  });

  for (const [code, type, message] of [
    [7, DirectoryDenied, 'does not permit it (text)'],
    [16, LoginRejected, 'does not permit it (text)'],
    [5, DirectoryNotFound, 'does not have it (text)'],
    [14, DirectoryUnreachable, 'is not ready: text'],
    [8, DirectoryUnreachable, 'is not ready: text'],
    [3, DirectoryError, 'refuses: text'],
  ] as const)
    it(`with the code ${String(code)} are ${type.name}`, () => {
      const error = etcdError(asked, { code, text: 'text' });
      expect(error.name).to.equal(type.name);
      expect(error.message).to.equal(`read the keys below a/: etcd at http://10.0.0.5:2379 ${message}`);
    });

  it('tell that the history was compacted', () => {
    expect(etcdError(asked, { code: 11, text: 'text' }))
      .to.be.instanceOf(RevisionGone)
      .and.include({
        reason: 'compacted',
        message: 'read the keys below a/: the history does not reach back that far',
      });
  });

  it('tell a gateway that is switched off from another server and a proxy', () => {
    expect(foreignAnswer(asked, 404, true).message).to.contain('has its HTTP gateway switched off');
    expect(foreignAnswer(asked, 404, false).message).to.contain('is not etcd');
    expect(foreignAnswer(asked, 301, false).message).to.contain('redirects to another address');
  });
});

describe('lines of a stream', () => {
  it('are whole, wherever the chunks are cut', async () => {
    const text = Buffer.from('{"a":"ä"}\n\n{"b":1}\n{"cut');
    for (let size = 1; size <= text.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.subarray(index * size, (index + 1) * size),
      );
      const lines = [];
      for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
      expect(lines).to.deep.equal(['{"a":"ä"}', '{"b":1}']);
    }
  });
});
