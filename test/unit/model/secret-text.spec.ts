import { expect } from 'chai';
import { isSecretName } from '../../../src/lib/model/secret-name.ts';
import { isSecretValue, maskPasswords, maskValue } from '../../../src/lib/model/secret-text.ts';

describe('a secret', () => {
  const secret =
    'AUTH BASIC_AUTH JWT DBPASS DB_PW PGPASS MYSQLPW CONNECTION_STRING DB_CONN_STR dbPassword app.auth.token ' +
    'SESSION_COOKIE GITHUB_PAT GPG_PASSPHRASE';
  const plain = 'BYPASS COMPASS AUTHOR AUTH_TYPE AUTH_ENABLED PWD KEYBOARD PINNED SHOP_URL TOKEN_URL PASS_FILE PATH';
  for (const name of secret.split(' ')) it(`is ${name}`, () => expect(isSecretName(name)).to.equal(true));
  for (const name of plain.split(' ')) it(`is not ${name}`, () => expect(isSecretName(name)).to.equal(false));

  const texts = [
    ['postgres://u:hunter2@h/d', 'postgres://u:<secret>@h/d'],
    ['mongodb://u:hunter2@h', 'mongodb://u:<secret>@h'],
    ['redis://:hunter2@h:1', 'redis://:<secret>@h:1'],
    ['amqp://u:hun/ter2@h', 'amqp://u:<secret>@h'],
    ['http://u:hun@ter2@h x://a:hunter2@b', 'http://u:<secret>@h x://a:<secret>@b'],
    ['Server=h;Password=hunter2;Port=1', 'Server=h;Password=<secret>;Port=1'],
    ['https://h/?token=hunter2&x=1', 'https://h/?token=<secret>&x=1'],
  ] as const;
  for (const [text, masked] of texts)
    it(`in ${text} is masked alone`, () => {
      expect(maskPasswords(text)).to.equal(masked);
      expect(isSecretValue('MONGO_URI', text)).to.equal(true);
      expect(maskValue('MONGO_URI', text)).to.equal(masked);
      expect(maskValue('DB_PASSWORD', text)).to.equal('<secret>');
    });

  for (const text of ['http://h:80/a@b', 'https://user@h', 'http://h/x:y@z', 'a:b@c', '']) {
    it(`is not in "${text}"`, () => {
      expect(isSecretValue('ADDRESS', text)).to.equal(false);
    });
  }
});
