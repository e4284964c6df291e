import { expect } from 'chai';
import { Readable } from 'node:stream';
import { uploadFailure, wrapFailure } from '../../../src/lib/engine/engine-errors.ts';
import { Conflict, EngineUnreachable, Interrupted, NotFound, UserError } from '../../../src/lib/errors.ts';

const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

const place = { address: 'unix:///engine.sock' };

describe('failures on the way to the engine', () => {
  it('tell no permission from no engine', () => {
    expect(wrapFailure('list', coded('EACCES'), place))
      .to.be.instanceOf(EngineUnreachable)
      .with.property('code', 'ENGINE_NO_PERMISSION');
    expect(wrapFailure('list', coded('ECONNREFUSED'), place))
      .to.be.instanceOf(EngineUnreachable)
      .with.property('code', 'ENGINE_UNREACHABLE');
  });

  it("are classified by the status that dockerode reports, with the engine's own words", () => {
    const answer = (statusCode: number): Error =>
      Object.assign(new Error('(HTTP code) noise'), { statusCode, json: { message: 'no such exec' } });
    expect(wrapFailure('exec', answer(404), place))
      .to.be.instanceOf(NotFound)
      .with.property('message', 'exec: no such exec');
    expect(wrapFailure('exec', answer(409), place)).to.be.instanceOf(Conflict);
  });

  it("have the engine's words without the status that dockerode puts before them in an answer to a stream", () => {
    const answer = Object.assign(new Error('(HTTP code 500) server error - no such host '), { statusCode: 500 });
    expect(wrapFailure('pull a', answer, place)).to.have.property('message', 'pull a: no such host');
  });

  it('leave our own errors as they are', () => {
    const error = new UserError('x', { code: 'X' });
    expect(wrapFailure('step', error, place)).to.equal(error);
  });

  it('are the reason of the signal when it aborted', () => {
    const why = new UserError('x', { code: 'X' });
    expect(wrapFailure('step', coded('ABORT_ERR'), { ...place, signal: AbortSignal.abort(why) })).to.equal(why);
    expect(wrapFailure('step', coded('ABORT_ERR'), { ...place, signal: AbortSignal.abort() })).to.be.instanceOf(
      Interrupted,
    );
  });

  it('name the source of an upload when that is what broke', () => {
    const source = new Readable({ read: () => {} });
    source.on('error', () => {}).destroy(coded('ENOSPC'));
    expect(uploadFailure('load', coded('ECONNRESET'), source, place)).to.have.property('code', 'UPLOAD_FAILED');
  });
});
