import { expect } from 'chai';
import { EngineUnreachable, Interrupted, OperationFailed, UserError } from '../../../../src/lib/errors.ts';
import { reportError } from '../../../../src/lib/cli/arguments/error-report.ts';
import { renderError, renderErrorDocument } from '../../../../src/lib/cli/render/error-text.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';

const text = (error: unknown, debug = false): string => renderError(reportError(error), noStyle, debug);

describe('an error as its reader sees it', () => {
  it('names each problem with its place and what would be right', () => {
    const error = new UserError('run.conf has 1 problem', {
      code: 'INVALID_RUN_CONF',
      problems: [
        { where: 'run.conf:12:5', message: 'unknown key "publish_port"', suggestion: 'did you mean "publish_ports"?' },
      ],
    });
    expect(text(error)).to.equal(
      'error: run.conf has 1 problem\n  run.conf:12:5  unknown key "publish_port"\n    did you mean "publish_ports"?\n',
    );
  });

  it('shows the last words of a container and what to do next', () => {
    const error = new OperationFailed('demo-one ended with exit code 1', {
      code: 'NOT_READY',
      container: 'shop-demo-one',
      logs: ['boom'],
      suggestions: ['dockerops logs demo'],
    });
    expect(text(error)).to.equal(
      'error: demo-one ended with exit code 1\nlast lines of shop-demo-one:\n  | boom\n-> dockerops logs demo\n',
    );
  });

  it('tells what lies behind only when debugging', () => {
    const error = new EngineUnreachable('no engine', { code: 'ENGINE_UNREACHABLE', cause: new Error('ENOENT') });
    expect(text(error)).not.to.contain('ENOENT');
    expect(text(error, true)).to.contain('caused by: Error: ENOENT');
  });

  it('calls anything else a bug, with its stack and a request to report it', () => {
    expect(text(new TypeError('x is not a function'))).to.match(
      /^bug: x is not a function[^]*errors\.spec[^]*please report this/,
    );
  });

  it('is one JSON document with a versioned schema for scripts', () => {
    const { schema, error } = JSON.parse(
      renderErrorDocument(reportError(new UserError('no', { code: 'NO', suggestions: ['yes'] }))),
    ) as { schema: string; error: object };
    expect(schema).to.equal('dockerops/error/1');
    expect(error).to.deep.equal({ code: 'NO', message: 'no', problems: [], suggestions: ['yes'], logs: [] });
  });

  it('survives a circle of causes', () => {
    const error = new Error('a') as Error & { cause: unknown };
    error.cause = new Error('b', { cause: error });
    expect(reportError(error).causes).to.deep.equal(['Error: b']);
  });

  const abort = new DOMException('This operation was aborted', 'AbortError');
  for (const [error, exitCode] of [
    [new UserError('x', { code: 'X' }), 2],
    [new EngineUnreachable('x', { code: 'X' }), 1],
    [new Interrupted(), 130],
    [abort, 130],
    [new Error('x'), 1],
  ] as const) {
    it(`a ${error.name} ends with exit code ${exitCode}`, () => {
      expect(reportError(error).exitCode).to.equal(exitCode);
    });
  }
});
