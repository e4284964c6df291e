import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An authority (`ca.pem`), and a certificate of it (`server.pem`, `server.key`) for 127.0.0.1 and a name. */
export async function makeCertificates(directory: string, name: string): Promise<void> {
  const openssl = (words: string): Promise<unknown> => run('openssl', words.split(' '), { cwd: directory });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  await openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=dockerops-test-CA`);
  await openssl(`req ${key} -keyout server.key -out server.csr -subj /CN=${name}`);
  await writeFile(join(directory, 'names'), `subjectAltName=IP:127.0.0.1,DNS:${name}\n`);
  const authority = '-CA ca.pem -CAkey ca.key -CAcreateserial';
  await openssl(`x509 -req -in server.csr ${authority} -days 2 -extfile names -out server.pem`);
}
