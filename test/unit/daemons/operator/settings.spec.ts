import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import {
  resolveSettings,
  type OperatorSettings,
  type SettingsSources,
} from '../../../../src/lib/daemons/operator/settings.ts';
import { UserError } from '../../../../src/lib/errors.ts';

const enough = { node: 'web-1', consul: '10.0.0.5' };

function settings(sources: Partial<SettingsSources>): OperatorSettings {
  return resolveSettings({ flags: {}, environment: {}, ...sources });
}

function errorOf(sources: Partial<SettingsSources>): UserError {
  try {
    settings(sources);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).to.equal(2);
    return error;
  }
  throw new Error('nothing was wrong');
}

function problemsOf(sources: Partial<SettingsSources>): readonly string[] {
  const { problems, message: text } = errorOf(sources);
  return problems.length === 0
    ? [text]
    : problems.map(
        ({ where, message, suggestion }) =>
          `${where ?? ''}: ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
      );
}

const file = (text: string): Pick<SettingsSources, 'file'> => ({ file: { name: 'operator.json', text } });

describe('settings of the operator', () => {
  it('have defaults', () => {
    expect(settings({ flags: enough })).to.deep.equal({
      node: 'web-1',
      consul: { secure: false, host: '10.0.0.5', port: 8500 },
      loop: true,
      waitSeconds: 300,
      prefix: '_wakeful',
      metadata: {},
      listen: { host: '127.0.0.1', port: 8000 },
      verbose: false,
      services: [],
      notices: [],
    });
  });

  it('take what units and files of the original have', () => {
    expect(settings({ flags: { ...enough, metadata: '' } }).metadata).to.deep.equal({});
    const { metadata, services, notices } = settings({
      flags: enough,
      ...file(
        '{ "metadata": null, "services": { "web": { "image": "web:1", "checks": [{ "ttl": "10s", "notes": "x" }] } } }',
      ),
    });
    expect([metadata, services.length]).to.deep.equal([{}, 1]);
    expect(notices).to.deep.equal(['operator.json:1:89: unknown key "notes" in services.web.checks.0; it is not used']);
  });

  it('come from the flag, else from the environment, else from the file', () => {
    const text = '{ "node": "from-file", "consul": "c-file:1", "prefix": "p-file", "wait": "1m" }';
    const found = settings({
      flags: { node: 'from-flag' },
      environment: { OPERATOR_NODE: 'from-env', OPERATOR_CONSUL: 'c-env:2' },
      ...file(text),
    });
    expect(found).to.include({ node: 'from-flag', prefix: 'p-file', waitSeconds: 60 });
    expect(found.consul).to.deep.equal({ secure: false, host: 'c-env', port: 2 });
  });

  it('merge metadata key by key, the flag first', () => {
    const found = settings({
      flags: { ...enough, metadata: '{"size": "big", "rack": 7}' },
      environment: { OPERATOR_METADATA: '{"zone": "b", "size": "env"}' },
      ...file('{ "metadata": { "location": "eastus", "size": "small" } }'),
    });
    expect(found.metadata).to.deep.equal({ location: 'eastus', zone: 'b', size: 'big', rack: '7' });
  });

  it('need node and consul, and report both at once', () => {
    expect(problemsOf({})).to.deep.equal(['--node: is required', '--consul: is required']);
    expect(problemsOf({ flags: { consul: 'x' } })).to.deep.equal(['--node is required']);
  });

  it('use TLS for an https address or with a certificate', () => {
    expect(settings({ flags: { ...enough, consul: 'https://consul:8501' } }).consul).to.deep.equal({
      secure: true,
      host: 'consul',
      port: 8501,
    });
    expect(settings({ flags: { ...enough, 'ca-file': '/ca.pem' } }).consul.secure).to.equal(true);
    expect(
      settings({ flags: { ...enough, consul: 'http://[::1]' }, environment: { CONSUL_CACERT: '/ca.pem' } }),
    ).to.deep.include({ consul: { secure: false, host: '::1', port: 8500 }, caFile: '/ca.pem' });
  });

  it("treat Consul's own variables as Consul does: its certificates alone do not switch TLS on", () => {
    const environment = { CONSUL_CACERT: '/ca.pem', CONSUL_CLIENT_CERT: '/c.pem', CONSUL_CLIENT_KEY: '/k.pem' };
    expect(settings({ flags: enough, environment }).consul.secure).to.equal(false);
    expect(
      settings({ flags: enough, environment: { ...environment, CONSUL_HTTP_SSL: 'true' } }).consul.secure,
    ).to.equal(true);
    expect(
      settings({ flags: enough, environment: { ...environment, CONSUL_HTTP_SSL: '0', OPERATOR_CA_FILE: '/other.pem' } })
        .consul.secure,
    ).to.equal(true);
  });

  it('accept loop: false in the file', () => {
    expect(settings({ flags: enough, ...file('{ "loop": false }') }).loop).to.equal(false);
  });

  it('may have comments and trailing commas in the file, as run.conf may', () => {
    expect(settings({ flags: enough, ...file('# node\n{ "prefix": "x", // mine\n}') }).prefix).to.equal('x');
  });

  it('report every mistake with its place and how to fix it', () => {
    const text = `{
  "nod": "web-1",
  "wait": "soon",
  "listen": "8000 please",
  "services": {
    "statsite": {
      "image": "wakeful/wake-statsite:latest",
      "ports": [{ "incoming": 8125, "outgoing": 812500, "udp": true }],
      "tag": ["udp"],
      "restart": "sometimes"
    },
    "web/x": { }
  }
}`;
    expect(problemsOf({ flags: enough, ...file(text) })).to.deep.equal([
      'operator.json:2:3: unknown key "nod" (did you mean "node"?)',
      'operator.json:9:7: unknown key "tag" in services.statsite (did you mean "tags"?)',
      'operator.json:8:37: outgoing is 812500; it must be a port number from 1 to 65535',
      'operator.json:10:7: restart is "sometimes"; it can be "no", "always", "unless-stopped", ' +
        '"on-failure", "on-failure:5"',
      'operator.json:12:5: "web/x" cannot be the name of a container: ' +
        '2 to 63 letters, digits, "_", "." and "-", the first a letter or digit',
      'operator.json:12:5: there is no "image" (add "image": "name:tag")',
      'operator.json:3:3: wait is "soon"; it must be a time from 1s to 10m (write it like 5m)',
      'operator.json:4:3: "8000 please" is not an address to listen on (write it like 127.0.0.1:8000, or off)',
    ]);
  });

  it('report a single wrong flag in one sentence, with how to fix it', () => {
    const said = (flags: SettingsSources['flags']): readonly string[] => {
      const error = errorOf({ flags: { ...enough, ...flags } });
      return [error.message, ...error.suggestions];
    };
    expect(said({ wait: 'soon' })).to.deep.equal([
      '--wait is "soon"; it must be a time from 1s to 10m',
      'write it like 5m',
    ]);
    expect(said({ consul: 'foo:bar' })).to.deep.equal([
      '--consul "foo:bar" is not an address of Consul',
      'write it like 10.0.0.5, consul.example.org:8500 or https://consul.example.org:8501',
    ]);
    expect(said({ metadata: '[]' })).to.deep.equal([
      '--metadata must be an object',
      'write it like {"location": "eastus"}',
    ]);
    expect(said({ node: undefined })).to.deep.equal([
      '--node is required',
      'dockerops operator --node NAME --consul HOST[:8500], or both in operator.json',
    ]);
  });

  it('report where a comma is missing', () => {
    expect(
      problemsOf({
        flags: enough,
        ...file('{\n  "services": {\n    "a1": { "image": "x", "tags": ["t"]\n      "checks": [] }\n  }\n}'),
      }),
    ).to.deep.equal(['operator.json:4:7: a "," is missing before this']);
  });
});

describe('operator.json.example', () => {
  it('is valid', async () => {
    const text = await readFile(new URL('../../../../operator/operator.json.example', import.meta.url), 'utf8');
    const { services, metadata } = settings(file(text));
    expect(services.map(({ name }) => name)).to.deep.equal(['statsite', 'consul']);
    expect(metadata).to.deep.equal({ location: 'eastus', size: 'Basic_A1' });
  });
});
