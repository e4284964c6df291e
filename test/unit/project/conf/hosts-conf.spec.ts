import { expect } from 'chai';
import fc from 'fast-check';
import type { Problem } from '../../../../src/lib/errors.ts';
import { parseHostsConf } from '../../../../src/lib/project/conf/hosts-conf.ts';

describe('hosts.conf', () => {
  const problemsOf = (text: string): readonly Problem[] => parseHostsConf('hosts.conf', text).problems;

  it('has each host with its engine and its address, in the order of the file', () => {
    const { hosts, problems } = parseHostsConf(
      'hosts.conf',
      `{ # production
  "oak": { "engine": "ssh://deploy@oak:2222/", "address": "10.0.0.5" },
  "elm": { "engine": "ssh://[fe80::1]", "address": "2001:db8::5", },
}`,
    );
    expect(problems).to.deep.equal([]);
    expect([...hosts.values()]).to.deep.equal([
      {
        name: 'oak',
        engine: 'ssh://deploy@oak:2222',
        address: '10.0.0.5',
        where: 'hosts.conf:2:3',
      },
      {
        name: 'elm',
        engine: 'ssh://[fe80::1]',
        address: '2001:db8::5',
        where: 'hosts.conf:3:3',
      },
    ]);
  });

  it('says what the schema does not accept, where it is', () => {
    expect(problemsOf('[]')).to.deep.equal([
      {
        where: 'hosts.conf:1:1',
        message: 'hosts.conf is an array; it must be an object in { }',
        suggestion: 'write { "oak": { "engine": "ssh://user@oak", "address": "10.0.0.5" } }',
      },
    ]);
    expect(problemsOf('{"oak": {"engine": "ssh://oak"}}')).to.deep.equal([
      { where: 'hosts.conf:1:9', message: 'host "oak" has no "address"', suggestion: 'add "address": …' },
    ]);
    expect(problemsOf('{"oak": {"engine": "ssh://oak", "adress": "10.0.0.5"}}')).to.deep.include({
      where: 'hosts.conf:1:33',
      message: 'unknown key "adress"',
      suggestion: 'did you mean "address"?',
    });
    expect(problemsOf('{"oak": {"host": "ssh://oak", "address": "10.0.0.5"}}')).to.deep.include({
      where: 'hosts.conf:1:10',
      message: 'unknown key "host"',
      suggestion: 'did you mean "engine"?',
    });
    for (const engine of ['tcp://oak:2375', 'ssh://-oProxyCommand=x', 'ssh://a b', 'ssh://', 'oak'])
      expect(problemsOf(JSON.stringify({ oak: { engine, address: '10.0.0.5' } })), engine).to.deep.equal([
        {
          where: 'hosts.conf:1:18',
          message: `"engine" is ${JSON.stringify(engine)}, which is not valid`,
          suggestion: 'write it like "ssh://deploy@oak.example.com" or "ssh://deploy@10.0.0.5:2222"',
        },
      ]);
  });

  it('does not accept names that are no host names, nor the name of the own engine', () => {
    const host = { engine: 'ssh://oak', address: '10.0.0.5' };
    expect(problemsOf(JSON.stringify({ local: host }))).to.deep.equal([
      {
        where: 'hosts.conf:1:2',
        message: 'a host cannot be called "local": this word means the engine of the command',
        suggestion: 'choose another name',
      },
    ]);
    expect(problemsOf(JSON.stringify({ My_Host: host }))[0]?.suggestion).to.equal('write "my-host"');
  });

  it('does not accept addresses that are others for every host', () => {
    for (const address of ['127.0.0.1', '0.0.0.0', '::1', '169.254.1.1', 'oak.example.com', '10.0.0'])
      expect(problemsOf(JSON.stringify({ oak: { engine: 'ssh://oak', address } })), address).to.deep.equal([
        {
          where: 'hosts.conf:1:2',
          message: `"address" of host "oak" is "${address}", which is no IP address that other hosts can reach`,
          suggestion: 'write the one that it has in the network of the hosts: "address": "10.0.0.5"',
        },
      ]);
  });

  it('does not accept two names of one host', () => {
    const text = `{
  "oak": { "engine": "ssh://oak", "address": "10.0.0.5" },
  "elm": { "engine": "ssh://oak/", "address": "10.0.0.5" }
}`;
    expect(problemsOf(text)).to.deep.equal([
      {
        where: 'hosts.conf:3:3',
        message: '"engine" is ssh://oak, which host "oak" has, too (hosts.conf:2:3)',
        suggestion: 'write one name for each host',
      },
      {
        where: 'hosts.conf:3:3',
        message: '"address" is 10.0.0.5, which host "oak" has, too (hosts.conf:2:3)',
        suggestion: 'write one name for each host',
      },
    ]);
    expect(problemsOf('{"oak": {}, "oak": {}}').map(({ message }) => message)).to.include(
      'the key "oak" appears twice in one object',
    );
  });

  it('gives hosts or problems with a place, whatever the text is', () => {
    const words = fc.constantFrom('oak', 'engine', 'address', 'ssh://oak', '10.0.0.5', '__proto__', '', 'a b');
    const values = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, words, fc.integer(), fc.dictionary(words, tie('value')), fc.array(tie('value'))),
    })).value;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          values.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const { hosts, problems } = parseHostsConf('hosts.conf', text);
          for (const { where = '' } of problems) expect(where).to.match(/^hosts\.conf:\d+:\d+$/);
          if (problems.length === 0 && text.trim().startsWith('{'))
            expect([...hosts.keys()]).to.deep.equal(Object.keys(JSON.parse(text) as object));
        },
      ),
    );
  });
});
