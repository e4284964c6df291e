import { expect } from 'chai';
import { error, loadFiles } from '../project-files.ts';

describe('a conf of the last time that is gone', () => {
  const hostConf = '{ "last_conf": "prod.conf" }';

  it('says where it is remembered, and which command takes another', () => {
    const { code, suggestions } = error(() => loadFiles({ 'host.conf': hostConf, 'test.conf': '[]' }));
    expect(code).to.equal('NO_CONF');
    expect(suggestions.map((text) => text.replace(/\S+\/host/, '~/host'))).to.deep.equal([
      'it was used last, which host.conf remembers: remove "last_conf" from ~/host.conf',
      'or use another conf from now on: dockerops run:all,conf=run (others are test)',
    ]);
  });

  it('is no more than missing where it is asked for', () => {
    expect(error(() => loadFiles({ 'host.conf': hostConf }, 'prod')).suggestions).to.deep.equal([
      'use one that exists: conf=run',
    ]);
  });
});
