import { expect } from 'chai';
import { Playground } from '../support/playground.ts';

const program = (name: string, command: string, more = ''): string =>
  `[program:${name}]\ncommand = ${command}\nstartretries = 1\n${more}`;
const toFiles =
  'stdout_logfile = /var/log/supervisor/%(program_name)s_out.log\n' +
  'stderr_logfile = /var/log/supervisor/%(program_name)s_err.log\n';

/** A program prints why it ends, wherever supervisord puts that. */
describe('a program that dies', function () {
  this.timeout(200_000);
  const playground = new Playground('died');

  before(async () => {
    await playground.open();
    await playground.write({
      'services/app/Dockerfile': 'FROM dockerops/dockerops-base\nCOPY *.conf /etc/supervisor/conf.d/\n',
      'services/app/died.conf':
        program('filed', 'sh -c "echo reason-in-a-file >&2; exit 3"', toFiles) +
        program('noisy', 'sh -c "while echo noise; do sleep 0.01; done"', toFiles),
      'run.conf': '[{"service": "app", "instance": "one"}, {"service": "app", "instance": "two"}]',
    });
  });
  after(() => playground.close());

  it('is told with its own last words by run, logs and info, of each instance', async () => {
    const ran = await playground.run(['run:all']);
    expect(ran.code).to.equal(1);
    for (const instance of ['one', 'two'])
      expect(ran.stderr).to.match(new RegExp(`app-${instance}: filed FATAL: .*\\n +filed: reason-in-a-file`));
    expect((await playground.run(['logs:app,one'])).stdout)
      .to.contain('reason-in-a-file')
      .and.contain('noise');
    const info = await playground.run(['info:app']);
    expect(info.stdout.match(/filed: reason-in-a-file/g)).to.have.length(2);
  });

  it('is told with a reason, and by its name, when supervisord itself ends', async () => {
    await playground.write({ 'services/app/died.conf': `${program('x', 'sleep 1000')}user = nobody-here\n` });
    const { code, stderr } = await playground.run(['run:app,one', '--build', '--replace']);
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/error: .*app-one .*exit code 2/)
      .and.contain('nobody-here');
    expect(stderr).not.to.match(/[0-9a-f]{12}/);
  });
});
