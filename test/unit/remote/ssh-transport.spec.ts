import { expect } from 'chai';
import fc from 'fast-check';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { UserError } from '../../../src/lib/errors.ts';
import { parseSshHost } from '../../../src/lib/remote/ssh-address.ts';
import { sshArguments, sshConnection } from '../../../src/lib/remote/ssh-transport.ts';

describe('ssh transport', () => {
  it('passes user, port and host apart', () => {
    expect(sshArguments(parseSshHost('ssh://me@build.example:2222', '--host'))).to.deep.equal([
      '-T',
      '-o',
      'ConnectTimeout=30',
      '-o',
      'ServerAliveInterval=30',
      '-o',
      'ServerAliveCountMax=3',
      '-l',
      'me',
      '-p',
      '2222',
      '--',
      'build.example',
      'docker',
      'system',
      'dial-stdio',
    ]);
  });

  it('never lets an address become an option or a second word', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('-oProxyCommand=x', 'a b', 'host', '-l', "h'x", 'me@', '$(id)'),
    );
    fc.assert(
      fc.property(part, part, part, (user, host, port) => {
        try {
          const target = parseSshHost(`ssh://${user}@${host}:${port}`, '--host');
          for (const value of [target.user ?? 'x', target.host]) expect(value).to.match(/^[A-Za-z0-9_:][\w.:\\-]*$/);
          expect(target.port ?? 22).to.be.within(0, 65535);
        } catch (error) {
          expect(error).to.be.instanceOf(UserError);
        }
      }),
    );
  });

  describe('with a program in the place of ssh', () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'dockerops-ssh-'));
    });
    afterEach(() => rm(directory, { recursive: true }));
    async function program(script: string): Promise<string> {
      const path = join(directory, 'ssh');
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
      return path;
    }

    it('carries bytes both ways and half-closes', async () => {
      const connection = sshConnection({ host: 'h' }, await program('cat; echo after end of file'));
      const sent = Buffer.alloc(3_000_000, 'some bytes \0\xff');
      connection.end(sent);
      expect((await buffer(connection)).equals(Buffer.concat([sent, Buffer.from('after end of file\n')]))).to.equal(
        true,
      );
    });

    it('fails with what ssh said last', async () => {
      const connection = sshConnection(
        { host: 'h' },
        await program('echo Warning >&2; echo "Permission denied (publickey)." >&2; exit 255'),
      );
      const error: unknown = await text(connection).catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(Error).with.property('message', 'Permission denied (publickey).');
    });

    it('says when the other side is heard, or will not be', async () => {
      const connection = sshConnection({ host: 'h' }, await program('read line; echo "$line"'));
      const said = connection.answered.then(() => 'answered');
      expect(
        await Promise.race([
          said,
          new Promise((resolve) => {
            setImmediate(resolve, 'nothing yet');
          }),
        ]),
      ).to.equal('nothing yet');
      connection.end('hello\n');
      expect([await said, await text(connection)]).to.deep.equal(['answered', 'hello\n']);
      for (const path of [await program('exit 255'), join(directory, 'none')]) {
        const failing = sshConnection({ host: 'h' }, path);
        const failure = text(failing).catch(() => 'failed');
        await failing.answered;
        expect(await failure).to.equal('failed');
      }
    });

    it('fails when there is no ssh', async () => {
      const error: unknown = await text(sshConnection({ host: 'h' }, join(directory, 'none'))).catch(
        (cause: unknown) => cause,
      );
      expect(error).to.have.property('code', 'ENOENT');
    });
  });
});
