import { expect } from 'chai';
import type { InstanceSpec } from '../../../../src/lib/model/desired.ts';
import type { RuntimeOptions } from '../../../../src/lib/model/runtime-options.ts';
import { instanceDifferences } from '../../../../src/lib/plan/spec/differences.ts';
import { containerOf, spec } from '../../../support/specs.ts';

function fields(from: Partial<InstanceSpec>, to: Partial<InstanceSpec>): readonly string[] {
  return instanceDifferences(containerOf(spec('web', 'one', from)), spec('web', 'one', to)).map(({ field }) => field);
}

function runtime(options: Partial<RuntimeOptions>): Partial<InstanceSpec> {
  return { runtime: { restart: 'no', ...options } };
}

describe('differences of an instance', () => {
  it('are none where only the order of a list is another', () => {
    for (const [name, list] of Object.entries({
      capAdd: ['NET_ADMIN', 'CHOWN'],
      capDrop: ['NET_ADMIN', 'CHOWN'],
      devices: ['/dev/fuse', '/dev/a'],
      tmpfs: ['/b', '/a:size=1m'],
      extraHosts: ['b:10.0.0.1', 'a:10.0.0.2', 'b:10.0.0.3'],
    })) {
      const [first = '', ...rest] = list;
      const moved = name === 'extraHosts' ? ['a:10.0.0.2', 'b:10.0.0.1', 'b:10.0.0.3'] : [...rest, first];
      expect(fields(runtime({ [name]: list }), runtime({ [name]: moved })), name).to.deep.equal([]);
      expect(fields(runtime({ [name]: list }), runtime({ [name]: [...moved, 'z:1'] })), name).to.have.length(1);
    }
  });

  it('are there where the order means something', () => {
    expect(fields({ command: ['a', 'b'] }, { command: ['b', 'a'] })).to.deep.equal(['command.0', 'command.1']);
    const hosts = (...extraHosts: readonly string[]): Partial<InstanceSpec> => runtime({ extraHosts });
    expect(fields(hosts('a:10.0.0.1', 'a:10.0.0.2'), hosts('a:10.0.0.2', 'a:10.0.0.1'))).to.have.length(2);
  });

  it('name each of several ports of the host that lead to one port', () => {
    const ports = (...hosts: readonly number[]): Partial<InstanceSpec> => ({
      ports: hosts.map((host) => ({ container: 80, protocol: 'tcp', host })),
    });
    expect(fields(ports(8080, 8081), ports(8080, 8082))).to.deep.equal(['ports.80/tcp (2)']);
    expect(fields(ports(8079, 8081), ports(8080, 8081))).to.deep.equal(['ports.80/tcp']);
    expect(fields(ports(8080), ports(8080, 8081))).to.deep.equal(['ports.80/tcp (2)']);
  });
});
