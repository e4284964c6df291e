import { expect } from 'chai';
import { fitsPattern } from '../../../../src/lib/server/deploy/name-pattern.ts';
import { routeConflict, routesOf } from '../../../../src/lib/server/deploy/service-routes.ts';

describe('a pattern of service names', () => {
  const cases: readonly (readonly [pattern: string, fits: readonly string[], others: readonly string[]])[] = [
    ['web', ['web'], ['web-1', 'Web', '']],
    [
      'contrived-service-*',
      ['contrived-service-1', 'contrived-service-'],
      ['contrived-service', 'a-contrived-service-1'],
    ],
    ['*', ['', 'a', 'a-b'], []],
    ['a?c', ['abc', 'a-c'], ['ac', 'abbc']],
    ['app-[a-c1]', ['app-a', 'app-c', 'app-1'], ['app-d', 'app-', 'app-ab']],
    ['app-[!a]', ['app-b'], ['app-a', 'app-']],
    ['[', ['['], ['a']],
    ['*a*b*', ['ab', 'xaxbx'], ['ba']],
  ];
  for (const [pattern, fits, others] of cases)
    it(`"${pattern}" means ${fits.join(', ') || 'nothing'}`, () => {
      expect(fits.filter((name) => fitsPattern(pattern, name))).to.deep.equal(fits);
      expect(others.filter((name) => fitsPattern(pattern, name))).to.deep.equal([]);
    });

  it('with many stars is compared at once', () => {
    expect(fitsPattern('*a'.repeat(200), 'a'.repeat(40))).to.equal(false);
  });
});

describe('the ports of the hosts', () => {
  const config = { publicFacing: false, ports: [{ container: 9000, host: 8080 }, { container: 9001 }] };

  it('lead to the port of a service, or by name to its first port', () => {
    expect(routesOf('web', config, 80)).to.deep.equal([{ service: 'web', hostPort: 8080, containerPort: 9000 }]);
    const byName = { service: 'web', hostPort: 80, byName: true, containerPort: 9000 };
    for (const change of [{ publicFacing: true }, { loadBalanced: true }])
      expect(routesOf('web', { ...config, ...change }, 80)).to.deep.equal([
        byName,
        { service: 'web', hostPort: 8080, containerPort: 9000 },
      ]);
    const same = { publicFacing: true, ports: [{ container: 9000, host: 80 }] };
    expect(routesOf('web', same, 80)).to.deep.equal([byName]);
    expect(routesOf('web', { publicFacing: true, ports: [] }, 80)).to.deep.equal([]);
  });

  it('are of one service, unless all of them are reached by name', () => {
    const tcp = (service: string) => routesOf(service, config, 80);
    const named = (service: string) => routesOf(service, { publicFacing: true, ports: [{ container: 1 }] }, 8080);
    expect(routeConflict(tcp('web'), tcp('api'))).to.match(
      /^port 8080 of the hosts is in use by service api, and neither/,
    );
    expect(routeConflict(named('web'), tcp('api'))).to.match(/service api, and api is not reached by name/);
    expect(routeConflict(tcp('web'), named('api'))).to.match(/service api, and web is not reached by name/);
    expect(routeConflict(named('web'), named('api'))).to.equal(undefined);
    expect(routeConflict([...tcp('web'), ...tcp('web')], [])).to.equal('port 8080 of the hosts is named twice');
  });
});
