import { expect } from 'chai';
import type { BalancedRoute } from '../../../../src/lib/server/balancer/balancing.ts';
import { desiredPorts, type DesiredPorts } from '../../../../src/lib/server/balancer/ports.ts';

const named = (service: string): BalancedRoute => ({ service, hostPort: 80, containerPort: 9000, byName: true });
const whole = (service: string, hostPort: number): BalancedRoute => ({ service, hostPort, containerPort: 9000 });
const portsOf = (...routes: readonly BalancedRoute[]): DesiredPorts =>
  desiredPorts({ domain: 'paz', routes, units: [] });

describe('the ports of the balancers', () => {
  it('are one for each host port, in their order', () => {
    const { ports, refused } = portsOf(whole('db', 5432), named('web'), named('api'));
    expect(ports.map(({ hostPort }) => hostPort)).to.deep.equal([80, 5432]);
    expect(ports[0]?.document.hosts).to.contain('web s_web').and.to.contain('api s_api');
    expect(refused.size).to.equal(0);
  });

  it('stay with the first service where another cannot share it', () => {
    for (const routes of [
      [whole('db', 80), named('web')],
      [whole('db', 80), whole('web', 80)],
    ]) {
      const { ports, refused } = portsOf(...routes);
      expect(refused.get(80)).to.equal('db and web cannot share it, as not all of them are reached by name; db has it');
      expect(ports[0]?.document.config).to.contain('default_backend s_db');
    }
  });

  it('know no two services whose names differ by case alone, as a Host has no case', () => {
    expect(portsOf(named('web'), named('Web')).refused.get(80)).to.contain('by its case alone');
  });
});
