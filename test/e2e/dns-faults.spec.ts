import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { repository } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { docker, dockerExec } from '../support/docker.ts';
import { DnsProject } from '../support/dns-project.ts';
import { eventually } from '../support/eventually.ts';

const lease = 60_000;
const python = ['python3', '-I', '-c'];
const ourPython = "import sys; sys.path.append('/usr/local/lib/dockerops/python')\n";

/** No dockerops command runs between a fault and its check. */
describe('the names of a project after a fault', function () {
  this.timeout(240_000);
  const playground = new Playground('dns');
  const project = new DnsProject(playground);
  const dns = project.container('dockerops-dns-one');

  before(async () => {
    await playground.open();
    await project.write();
    const result = await project.run('run:all');
    expect(result.code, result.stderr).to.equal(0);
  });
  after(() => playground.close());

  /** The name resolves to exactly these instances. */
  async function expectName(name: string, ...keys: string[]): Promise<void> {
    expect(await project.resolve(name), name).to.deep.equal(await project.addresses(...keys));
  }

  const all: Readonly<Record<string, readonly string[]>> = {
    app: ['app-one', 'app-two'],
    'app-one': ['app-one'],
    'app-two': ['app-two'],
    lead: ['lead-new'],
    'lead-old': ['lead-old'],
    'lead-new': ['lead-new'],
    plain: ['plain-one'],
    'plain-one': ['plain-one'],
    dns: ['dockerops-dns-one'],
    secret: [],
    'secret-one': [],
  };

  async function expectAll(): Promise<void> {
    const expected = await Promise.all(
      Object.entries(all).map(async ([name, keys]) => [name, await project.addresses(...keys)] as const),
    );
    expect(await project.resolveAll(Object.keys(all))).to.deep.equal(Object.fromEntries(expected));
  }

  /** Of which the keys of all instances are made. */
  async function projectKey(): Promise<Buffer> {
    const { stdout } = await project.run('dns', 'export-key');
    return Buffer.from(stdout.trim().split(' ')[1] ?? '', 'base64');
  }

  async function act(verb: 'start' | 'stop' | 'kill' | 'restart', ...keys: string[]): Promise<void> {
    for (const key of keys) await docker(verb, project.container(key));
  }

  it('are right after a run, for each kind of container', async () => {
    await expectAll();
    expect((await project.run('dns', 'check')).code).to.equal(0);
  });

  it('an address resolves to the instance that has it', async () => {
    const script = `${ourPython}import sys
from dockerops_dns import exchange, wire
for address in sys.argv[2:]:
    answer = exchange.ask(sys.argv[1], 53, wire.reverse_name(address), wire.PTR, 3.0).answer
    print(*[wire.decode_name(record.data, 0)[0] for record in answer])`;
    const keys = ['app-one', 'plain-one', 'secret-one', 'dockerops-dns-one'];
    const addresses = await Promise.all(keys.map((key) => project.address(key)));
    const { text } = await dockerExec(project.container('secret-one'), [
      ...python,
      script,
      await project.address('dockerops-dns-one'),
      ...addresses,
    ]);
    const [app, plain, hidden, server] = text.split('\n');
    expect([app, plain, hidden]).to.deep.equal(['app-one.local.zone', 'plain-one.local.zone', '']);
    expect(server?.split(' ').sort()).to.deep.equal(['dns.local.zone', 'dockerops-dns-one.local.zone']);
  });

  it('the DNS is healthy when it serves its zone, not as soon as its program runs', async () => {
    const settings = '/run/dockerops-dns/settings.json';
    const health = (): ReturnType<typeof dockerExec> => dockerExec(dns, ['/usr/local/lib/dockerops/health']);
    expect((await health()).code).to.equal(0);
    await dockerExec(dns, [
      'sh',
      '-c',
      `cp -p ${settings} ${settings}.kept && sed -i s/local.zone/other.zone/ ${settings}`,
    ]);
    const { code, text } = await health();
    await dockerExec(dns, ['mv', `${settings}.kept`, settings]);
    expect([code, text]).to.deep.equal([1, text]);
    expect(text).to.contain('does not serve zone other.zone');
    expect((await health()).code).to.equal(0);
  });

  it('names that the engine itself answers do not bypass HIDE and REPLACE', async () => {
    for (const name of ['secret', 'secret-one'])
      expect((await dockerExec(project.container('app-one'), ['getent', 'ahostsv4', name])).text, name).to.equal('');
    expect((await dockerExec(project.container('app-one'), ['getent', 'ahostsv4', 'lead'])).text)
      .to.contain(await project.address('lead-new'))
      .and.not.contain(await project.address('lead-old'));
  });

  it('kill -9 of an instance removes its names, a start restores them', async () => {
    await act('kill', 'app-one');
    await eventually(async () => {
      await expectName('app', 'app-two');
      expect(await project.resolve('app-one')).to.deep.equal([]);
    });
    await act('start', 'app-one');
    await eventually(expectAll);
  });

  it('after a stop of one of two instances that share a name it resolves to the other', async () => {
    await act('stop', 'app-two');
    await eventually(() => expectName('app', 'app-one'));
    await act('start', 'app-two');
    await eventually(expectAll);
  });

  it('under REPLACE the instance before is back when the newest stops', async () => {
    await act('kill', 'lead-new');
    await eventually(() => expectName('lead', 'lead-old'));
    await act('start', 'lead-new');
    await eventually(expectAll);
  });

  it('under REPLACE the one that comes last in run.conf has the name after a restart in any order', async () => {
    await act('kill', 'dockerops-dns-one', 'lead-new', 'lead-old');
    await act('start', 'lead-new', 'dockerops-dns-one', 'lead-old');
    await eventually(expectAll, 30_000);
  });

  it('an instance keeps its names when its container is renamed, and a run gives that its name back', async () => {
    await docker('rename', project.container('app-one'), `${project.container('app-one')}-renamed`);
    const address = await project.addresses('app-one-renamed');
    // The names of one that was killed go within two seconds; nothing tells that others will stay.
    await setTimeout(3000);
    expect(await project.resolve('app-one')).to.deep.equal(address);
    const { code, stdout, stderr } = await project.run('run:all');
    expect([code, stdout.includes('created')], stderr).to.deep.equal([0, false]);
    expect(await project.addresses('app-one')).to.deep.equal(address);
  });

  /** Ids of the client of an instance and of its keeper, which starts it again. */
  async function processes(key: string): Promise<readonly string[]> {
    const files = ['/run/dockerops/dns-client.pid', '/run/dockerops/on-stop/dns-client.pid'];
    return (await dockerExec(project.container(key), ['cat', ...files])).text.trim().split('\n');
  }
  const signal = (key: string, name: string, ...pids: readonly string[]): ReturnType<typeof dockerExec> =>
    dockerExec(project.container(key), ['kill', `-${name}`, ...pids], ['-u', 'root']);

  it('a client that is killed comes back, and so does its keeper, in each mode of running', async () => {
    const killed = async (key: string): Promise<void> => {
      for (const [name, count] of [
        ['TERM', 1],
        ['KILL', 2],
      ] as const) {
        const before = await processes(key);
        await signal(key, name, ...before.slice(0, count));
        await eventually(async () => {
          const [client = '', keeper = ''] = await processes(key);
          expect(client).not.to.equal(before[0]);
          expect((await signal(key, '0', client, keeper)).code).to.equal(0);
        });
      }
    };
    await Promise.all(['app-one', 'app-two', 'lead-old'].map(killed));
    await eventually(expectAll);
  });

  it('a client that is not there is drift: ps and plan show it, a run and dns check --fix start it again', async () => {
    const lost = ['app-two', 'lead-old'];
    interface Row {
      readonly key: string;
      readonly health: string;
      readonly drift: readonly string[];
    }
    const ps = async (): Promise<readonly Row[]> =>
      (JSON.parse((await project.run('ps', '--json')).stdout) as { readonly instances: readonly Row[] }).instances;
    // Until the first healthcheck an instance may be about to register.
    await eventually(async () => {
      const healthy = (await ps()).filter(({ health }) => health === 'healthy').map(({ key }) => key);
      expect(healthy).to.include.members(lost);
    }, 60_000);
    for (const key of lost) {
      const [client = '', keeper = ''] = await processes(key);
      await signal(key, 'STOP', keeper);
      await signal(key, 'TERM', client);
    }
    const told = 'its names are not in the DNS';
    await eventually(async () => {
      expect((await ps()).filter(({ drift }) => drift.includes(told)).map(({ key }) => key)).to.deep.equal(lost);
    });
    const { code, text } = await dockerExec(project.container('lead-old'), ['/usr/local/lib/dockerops/health']);
    expect([code, text.includes('the client of the DNS does not run')], text).to.deep.equal([1, true]);
    expect((await project.run('plan:all')).stdout).to.match(/^> register app-two .*\n(.*\n)*2 to register, /m);
    const ran = await project.run('run:app,instance=two');
    expect([ran.code, ran.stdout], ran.stderr).to.deep.equal([0, '1 registered\n']);
    expect(await project.resolve('app-two')).to.deep.equal(await project.addresses('app-two'));
    const found = await project.run('dns', 'check');
    expect([found.code, found.stdout.includes('lead-old runs but has no name')]).to.deep.equal([1, true]);
    const fixed = await project.run('dns', 'check', '--fix');
    expect([fixed.code, fixed.stdout.includes('(fixed)')], fixed.stdout).to.deep.equal([0, true]);
    await eventually(expectAll);
  });

  it('instances that return with another address are found there, also without a client', async () => {
    const keys = ['app-one', 'app-two', 'plain-one'];
    const numbered = async (): Promise<readonly (readonly [string, number])[]> =>
      Promise.all(keys.map(async (key) => [key, Number((await project.address(key)).split('.')[3])] as const));
    const before = await numbered();
    await act('kill', ...keys);
    // The engine assigns the lowest free address: the instance that had the highest starts first now.
    await act('start', ...before.toSorted(([, a], [, b]) => b - a).map(([key]) => key));
    expect(await numbered()).not.to.deep.equal(before);
    await eventually(expectAll);
  });

  it('after kill -9 of the name server or the arbiter the zone is right, whatever happened meanwhile', async () => {
    for (const program of ['named', 'arbiter']) {
      expect((await dockerExec(dns, ['sh', '-c', `kill -9 $(supervisorctl pid ${program})`])).code).to.equal(0);
      await act('kill', 'app-two', 'plain-one');
      await eventually(() => expectName('app', 'app-one'));
      await eventually(() => expectName('plain'));
      await act('start', 'app-two', 'plain-one');
      await eventually(expectAll);
    }
  });

  it('after kill -9 of name server and arbiter while 200 leases are renewed all 200 are right', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
    const expected = numbers.map((number) => `load-n${String(number)}=192.0.2.${String(number)}`);
    const script = await readFile(join(repository, 'test', 'support', 'many-leases.py'), 'utf8');
    const counter = '/run/renewals';
    const key = (await projectKey()).toString('base64');
    const holders = ['app-one', 'app-two', 'lead-old', 'lead-new'].map((each) => project.container(each));
    const each = numbers.length / holders.length;
    const inHolders = (...command: readonly string[]): Promise<readonly string[]> =>
      Promise.all(holders.map(async (holder) => (await dockerExec(holder, command, ['-u', 'root'])).text.trim()));
    /** Waits until every holder has renewed all of its leases once more. */
    const allRenewed = async (): Promise<void> => {
      const counts = async (): Promise<readonly number[]> => (await inHolders('cat', counter)).map(Number);
      const before = await eventually(async () => {
        const now = await counts();
        expect(now).to.satisfy((each: readonly number[]) => each.every(Number.isFinite));
        return now;
      });
      await eventually(
        async () => (await counts()).forEach((count, index) => expect(count).to.be.greaterThan(before[index] ?? 0)),
        60_000,
      );
    };
    await Promise.all(
      holders.map((holder, index) =>
        dockerExec(
          holder,
          [...python, script, String(1 + each * index), String(each), counter, key],
          ['-d', '-u', 'root'],
        ),
      ),
    );
    const allThere = async (): Promise<void> => {
      const { code, text } = await dockerExec(dns, ['dockerops-dns', 'await', '--timeout', '60', ...expected]);
      expect(code, text).to.equal(0);
    };
    await allThere();
    for (const program of ['named', 'arbiter']) {
      await allRenewed();
      expect((await dockerExec(dns, ['sh', '-c', `kill -9 $(supervisorctl pid ${program})`])).code).to.equal(0);
      await allRenewed();
      await allThere();
      await expectAll();
    }
    const check = JSON.parse((await dockerExec(dns, ['dockerops-dns', 'check'])).text) as {
      readonly not_leases: readonly string[];
    };
    expect(check.not_leases).to.deep.equal([]);
    await inHolders('pkill', '-TERM', '-f', counter);
    // The zone ends as it began, without leftovers.
    await eventually(async () => {
      const { names } = JSON.parse((await dockerExec(dns, ['dockerops-dns', 'ps'])).text) as {
        readonly names: readonly { readonly name: string }[];
      };
      expect(names.filter(({ name }) => name.startsWith('load'))).to.deep.equal([]);
      expect((await dockerExec(dns, ['dockerops-dns', 'check'])).text).to.contain('"ok": true');
    });
    await expectAll();
  });

  it('a corrupt journal is discarded and the zone is derived again', async () => {
    const journal = '/var/lib/dockerops-dns/local.zone.zone.jnl';
    expect(
      (await dockerExec(dns, ['sh', '-c', `test -s ${journal} && head -c 4096 /dev/urandom > ${journal}`])).code,
    ).to.equal(0);
    await act('kill', 'dockerops-dns-one');
    await act('start', 'dockerops-dns-one');
    await eventually(expectAll, 30_000);
  });

  it('instances that start while the DNS is down register when it is up', async () => {
    await act('kill', 'app-one', 'dockerops-dns-one');
    await act('start', 'app-one');
    await act('start', 'dockerops-dns-one');
    await eventually(expectAll, 30_000);
  });

  it('a DNS that was removed with its zone and runs again has all names, also without a client', async () => {
    expect((await project.run('clean:dockerops-dns,instance=one')).code).to.equal(0);
    await eventually(async () => expect(await project.resolve('app')).to.deep.equal([]));
    const again = await project.run('run:all');
    expect(again.code, again.stderr).to.equal(0);
    await eventually(expectAll, 30_000);
  });

  it('an instance with a wrong key is refused, reports it, and affects no other', async () => {
    const container = project.container('app-two');
    const path = '/etc/dockerops/dns.json';
    const right = (await dockerExec(container, ['cat', path], ['-u', 'root'])).text;
    const wrong = right.replace(/"secret": *"[^"]*"/, `"secret": "${Buffer.alloc(32, 7).toString('base64')}"`);
    expect(wrong).not.to.equal(right);
    const put = (content: string): Promise<void> =>
      playground.engine.putFiles(container, [{ path, mode: 0o600, uid: 0, gid: 0, content: Buffer.from(content) }]);
    await act('stop', 'app-two');
    await put(wrong);
    await act('start', 'app-two');
    await eventually(async () =>
      expect(
        (await dockerExec(container, ['tail', '-n', '1', '/var/log/dockerops-dns-client.log'], ['-u', 'root'])).text,
      ).to.match(/not registered: .*(BADKEY|BADSIG|signature|key)/),
    );
    await expectName('app', 'app-one');
    await expectName('app-two');
    await act('stop', 'app-two');
    await put(right);
    await act('start', 'app-two');
    await eventually(expectAll);
  });

  it('an instance whose clock is ten minutes off still has its name', async () => {
    const address = await project.address('app-one');
    const name = `one.skewed.1.append.far.${address.replaceAll('.', '-')}`;
    const secret = createHmac('sha256', await projectKey())
      .update(name)
      .digest('base64');
    const script = `${ourPython}import json, time
from dockerops_dns.client import Client, Config
document = json.load(open('/etc/dockerops/dns.json'))
document.update(service='skewed', instance='one', service_ip='${address}', same_network=False)
document['key'].update(name='${name}', secret='${secret}')
client = Client(Config.from_json(document), lambda text: print(text), clock=lambda: time.time() + 600)
client.renew()
client.renew()`;
    const { code, text } = await dockerExec(project.container('app-one'), [...python, script], ['-u', 'root']);
    expect(code, text).to.equal(0);
    expect(text).to.match(/(599|600|601) s off/);
    await eventually(() => expectName('skewed', 'app-one'));
    expect((await dockerExec(dns, ['dockerops-dns', 'withdraw', 'skewed-one'])).code).to.equal(0);
  });

  it('an instance without a client keeps its name for ten times as long as a lease lasts', async () => {
    const leaseSeconds = 0.5;
    const held = async (): Promise<number> => {
      await expectName('plain', 'plain-one');
      const { names } = JSON.parse((await dockerExec(dns, ['dockerops-dns', 'ps'])).text) as {
        names: { name: string; holders: { age_seconds: number }[] }[];
      };
      return names.find(({ name }) => name === 'plain-one')?.holders[0]?.age_seconds ?? Number.NaN;
    };
    const script = `${ourPython}import os
from dockerops_dns import arbiter, run_arbiter
open('/run/dockerops-dns/test.pid', 'w').write(str(os.getpid()))
run_arbiter.main(timing=arbiter.Timing(lease=${String(leaseSeconds)}))`;
    await dockerExec(dns, ['supervisorctl', 'stop', 'arbiter']);
    await dockerExec(dns, [...python, script], ['-d', '-u', 'bind']);
    try {
      const begin = await held();
      await eventually(() => expectName('app-one'), 30_000);
      await eventually(async () => expect(await held()).to.be.greaterThan(begin + 10 * leaseSeconds), 60_000);
    } finally {
      await dockerExec(dns, ['sh', '-c', 'kill $(cat /run/dockerops-dns/test.pid)']);
      await dockerExec(dns, ['supervisorctl', 'start', 'arbiter']);
    }
    await eventually(expectAll, lease);
  });
});
