import { expect } from 'chai';
import { error, loadFiles } from '../project-files.ts';

describe('a remembered conf that no longer exists', () => {
  const hostConf = '{ "last_conf": "prod.conf" }';

  it('is an error with the place that remembers it, and with a command for another one', () => {
    const { code, suggestions } = error(() => loadFiles({ 'host.conf': hostConf, 'test.conf': '[]' }));
    expect(code).to.equal('NO_CONF');
    expect(suggestions.map((text) => text.replace(/\S+\/host/, '~/host'))).to.deep.equal([
      'it was used last, which host.conf remembers: remove "last_conf" from ~/host.conf',
      'or use another conf from now on: dockerops run:all,conf=run (others are test)',
    ]);
  });

  it('is an error with the existing ones when it is requested', () => {
    expect(error(() => loadFiles({ 'host.conf': hostConf }, 'prod')).suggestions).to.deep.equal([
      'use one that exists: conf=run',
    ]);
  });
});
