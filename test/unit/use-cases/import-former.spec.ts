import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../../src/lib/errors.ts';
import { importFormer } from '../../../src/lib/use-cases/import-former.ts';

describe('a project of DockerOps that is converted where it is', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerops-former-'));
    write('default.conf', '{"web": {"one": {}}}\n');
    write('services/web/Dockerfile', 'FROM debian:12\n');
    write('services/web_custom/Dockerfile', 'FROM reyns/reyns-base\nCOPY run.sh /\n');
    write('services/web_custom/run.sh', 'cd /home/dockerops\n');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  const read = (file: string): string => readFileSync(join(directory, file), 'utf8');
  const errorOfImport = async (): Promise<unknown> =>
    importFormer(directory, {}).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('has the customised service in the place of the other, and what was there is kept', async () => {
    const { services, converted } = await importFormer(directory, {});
    expect(services).to.deep.equal(['web']);
    expect(converted).to.deep.include({
      where: 'services/web_custom',
      message: 'is web now, as it took its place',
    });
    expect(existsSync(join(directory, 'services/web_custom'))).to.equal(false);
    expect(read('services/web/Dockerfile')).to.contain('FROM dockerops/dockerops-base').and.to.contain('COPY run.sh /');
    expect(read('.dockerops/before-import/services/web_custom/Dockerfile')).to.contain('FROM reyns/reyns-base');
    expect(read('.dockerops/before-import/services/web/Dockerfile')).to.equal('FROM debian:12\n');
  });

  it('has run.conf in the place of default.conf', async () => {
    const { written } = await importFormer(directory, {});
    expect(written).to.include('run.conf (was default.conf)');
    expect(existsSync(join(directory, 'default.conf'))).to.equal(false);
    expect(existsSync(join(directory, 'run.conf'))).to.equal(true);
  });

  it('is left as it was when a file of it cannot be read', async () => {
    symlinkSync('/etc/passwd', join(directory, 'services/web_custom/start.sh'));
    const error = await errorOfImport();
    expect(error).to.be.instanceOf(UserError);
    expect(String(error)).to.contain('start.sh leads by a link to /etc/passwd, outside of the project');
    expect(read('services/web/Dockerfile')).to.equal('FROM debian:12\n');
    expect(existsSync(join(directory, 'services/web_custom'))).to.equal(true);
    expect(existsSync(join(directory, 'default.conf'))).to.equal(true);
    expect(existsSync(join(directory, '.dockerops'))).to.equal(false);
  });
});
