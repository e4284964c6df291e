import { expect } from 'chai';
import { renderDeployPlan } from '../../../../src/lib/cli/render/deploy-plan-text.ts';
import { renderServedService } from '../../../../src/lib/cli/render/served-service-text.ts';
import { renderServices, renderUnits } from '../../../../src/lib/cli/render/services-table.ts';
import { styleFor } from '../../../../src/lib/cli/render/style.ts';

const style = styleFor({ isTTY: false }, {});
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

describe('services as text', () => {
  it('are a table with the ports of the hosts that lead to them', () => {
    const ports = [{ container: 9000, host: 80 }, { container: 1 }];
    const config = { numInstances: 2, ports, publicFacing: true };
    const text = renderServices([{ name: 'api', dockerRepository: 'a/b', config }], style, undefined);
    expect(linesOf(text)[1]).to.deep.equal(['api', 'a/b', '2', '80:9000 1 by name']);
    expect(renderServices([], style, undefined)).to.equal('no services\n');
  });

  it('show what runs, and of the next version what it has', () => {
    const config = { numInstances: 1, ports: [], env: { A: 'b' }, volume: {}, user: 'core' };
    const service = { name: 'api', description: '', dockerRepository: 'a/b', config, running: 3 };
    expect(renderServedService(service, ['A=b'])).to.equal(
      'api\n  repository: a/b\n  running: version 3\n  next version:\n' +
        '    numInstances: 1\n    env: A=b\n    user: core\n',
    );
  });

  it('have units with their host and why they have failed', () => {
    const unit = { name: 'api-1-1', service: 'api', version: 1, activeState: 'failed', subState: 'failed' };
    const machineState = { ID: 'abcdefghijklmnop', PublicIP: '' };
    const text = renderUnits([{ ...unit, machineState, error: 'no such image' }], style, undefined);
    expect(linesOf(text)[1]).to.deep.equal(['api-1-1', 'abcdefghijkl', 'failed', 'failed', 'no such image']);
    expect(renderUnits([], style, undefined)).to.equal('no units\n');
  });

  it('have plans with each operation, and why the deploy would fail', () => {
    const operations = [
      { kind: 'pull-image', subject: 'a/b:2', cause: 'version 2' },
      { kind: 'create', subject: 'api-2-1', cause: 'version 2' },
    ];
    const plan = { service: 'api', version: 2, image: 'a/b:2', operations, blockers: ['port 80 is taken by web'] };
    expect(renderDeployPlan(plan)).to.equal(
      'api version 2 of a/b:2\n  pull-image  a/b:2  version 2\n  create      api-2-1  version 2\n' +
        '  it would fail: port 80 is taken by web\n',
    );
    expect(renderDeployPlan({ service: 'api', version: 2 })).to.equal('api version 2\n  nothing would be run\n');
  });
});
