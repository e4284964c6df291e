import { expect } from 'chai';
import { linkNames } from '../../../../../src/lib/model/link-names.ts';
import { instanceOf, resolveScene, type Scene } from '../../project-files.ts';

const dns = { service: 'dockerops-dns', instance: 'main' };
const web = (more: object): object => ({ service: 'web', instance: 'one', ...more });
const hostsOf = (scene: Scene): readonly string[] | undefined =>
  instanceOf(resolveScene(scene), 'web-one').runtime.extraHosts;

describe('the names of a link', () => {
  it('are the one that is written, in lower and in upper case, each with the zone', () => {
    expect(linkNames('Db', 'local.zone')).to.deep.equal([
      'Db',
      'db',
      'DB',
      'Db.local.zone',
      'db.local.zone',
      'DB.local.zone',
    ]);
    expect(linkNames('db', undefined)).to.deep.equal(['db', 'DB']);
  });

  it('lead to an address that is given by hand', () => {
    const conf = [dns, web({ links: ['db-a:base'], env_vars: { BASE_SERVICE_IP: '192.0.2.5' } })];
    expect(hostsOf({ conf })).to.deep.equal([
      'base:192.0.2.5',
      'BASE:192.0.2.5',
      'base.local.zone:192.0.2.5',
      'BASE.local.zone:192.0.2.5',
    ]);
  });

  it('are not in /etc/hosts where the engine knows the target, nor for what is no address', () => {
    const db = { service: 'db', instance: 'a' };
    expect(hostsOf({ conf: [dns, db, web({ links: ['db-a:base'] })] })).to.equal(undefined);
    const named = web({ links: ['db-a:base'], env_vars: { BASE_SERVICE_IP: 'db.example.org' } });
    expect(hostsOf({ conf: [dns, named] })).to.equal(undefined);
  });

  it('give way to lines of run.conf', () => {
    const more = { env_vars: { BASE_SERVICE_IP: '192.0.2.5' }, extra_hosts: { base: '192.0.2.9' } };
    expect(hostsOf({ conf: [web({ links: ['db-a:base'], ...more })] })).to.deep.equal([
      'base:192.0.2.9',
      'BASE:192.0.2.5',
    ]);
  });
});
