import { expect } from 'chai';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';

const problemsOf = (members: string): readonly string[] =>
  parseRunConf('run.conf', `[{"service": "web",\n${members}}]`).problems.map(
    ({ where, message, suggestion }) =>
      `${where ?? ''} ${message}${suggestion === undefined ? '' : ` -> ${suggestion}`}`,
  );

const refused: readonly [members: string, problem: string][] = [
  ['"stop_signal": "SIGFOO"', '2:1 SIGFOO is not a signal'],
  ['"stop_signal": "SIGTRM"', 'did you mean "SIGTERM"?'],
  ['"stop_signal": "65"', '65 is not a signal'],
  ['"stop_signal": "RTMIN+16"', 'RTMIN+16 is not a signal'],
  ['"cap_add": ["NET_RAW", "NET_ADMN"]', 'NET_ADMN is not a capability of Linux -> did you mean "NET_ADMIN"?'],
  ['"cap_drop": ["CAP_NONSENSE"]', 'CAP_NONSENSE is not a capability of Linux'],
  ['"mem_limit": "1m"', '"mem_limit" is 1m; the engine needs 6m at least'],
  ['"cpus": 10000', '"cpus" is 10000; it must be between 0.01'],
  ['"cpus": "0.001"', '"cpus" is 0.001'],
  ['"ulimits": {"nofile": {"soft": 10, "hard": 5}}', 'the soft limit 10 of nofile is above its hard limit 5'],
  ['"ulimits": {"nofile": {"soft": -1, "hard": 5}}', 'the soft limit -1 of nofile is above'],
  ['"ulimits": {"nofiles": 5}', 'nofiles is not a limit of processes -> did you mean "nofile"?'],
  ['"platform": "nope"', '"nope" is not a platform'],
  ['"platform": "linux/arm/v7/x"', 'is not a platform'],
  ['"platform": "nope/amd64"', 'is not a platform'],
  ['"tmpfs": ["/run", "relative"]', 'tmpfs "relative" is not an absolute path -> write "/relative"'],
  ['"tmpfs": "/"', 'a tmpfs cannot be the root directory'],
  ['"extra_hosts": ["nocolon"]', '"nocolon" is not a name with an address'],
  ['"extra_hosts": {"x": "999.1.1.1"}', '"x:999.1.1.1" is not a name with an address'],
  ['"extra_hosts": ["x:"]', 'is not a name with an address'],
  [`"env_vars": {"LONG": "${'x'.repeat(140_000)}"}`, 'the variable LONG has more than 131071 bytes'],
  [`"seed_command": ["echo", "${'x'.repeat(140_000)}"]`, 'a word of the command has more than'],
  [`"volumes": ["v:/${'x'.repeat(300)}"]`, 'longer than the kernel takes'],
  ['"stop_grace_period": "99999999999h"', '"stop_grace_period" is 99999999999h; the longest time is 596h'],
  ['"sleep": 3000000', '"sleep" is 3000000; the longest time is 596h'],
  ['"healthcheck": {"test": "true", "start_period": "600h"}', '"healthcheck.start_period" is 600h; the longest'],
  ['"env_vars": {"A": "x\\u0000y"}', 'the value has a character \\u0000, which no text can have'],
  ['"seed_command": ["echo", "\\u0000"]', 'the value has a character \\u0000'],
  ['"volumes": ["/srv:/proc"]', '/proc is of the kernel: nothing can be mounted there'],
  ['"volumes": "/srv://proc/../proc/x"', 'is of the kernel'],
  ['"tmpfs": "/proc:size=1m"', '/proc is of the kernel: nothing can be mounted there'],
];

const accepted: readonly string[] = [
  '"stop_signal": "SIGKILL"',
  '"stop_signal": "TERM"',
  '"stop_grace_period": "596h", "sleep": 1000000',
  '"volumes": ["/proc:/host/proc:ro", "/srv:/process"], "tmpfs": "/sys"',
  '"stop_signal": "15"',
  '"stop_signal": "SIGRTMIN+3"',
  '"cap_add": ["ALL", "net_admin", "CAP_SYS_PTRACE"]',
  '"mem_limit": "6m", "cpus": 0.5',
  '"mem_limit": 0',
  '"ulimits": {"nofile": {"soft": 10, "hard": -1}, "nproc": -1, "memlock": {"soft": -1, "hard": -1}}',
  '"platform": "linux/arm64/v8"',
  '"platform": "amd64"',
  '"tmpfs": ["/run:size=64m,noexec", "/tmp"]',
  '"extra_hosts": ["v6=[::1]", "a:192.0.2.1", "b:2001:db8::1", "gw:host-gateway"]',
  '"extra_hosts": {"a": "192.0.2.1", "v6": "[::1]"}',
];

describe('values that no engine takes', () => {
  for (const [members, problem] of refused)
    it(`are told with their place: ${members.slice(0, 60)}`, () => {
      const problems = problemsOf(members);
      expect(problems).to.have.length(1);
      expect(problems[0])
        .to.match(/^run\.conf:2:\d+ /)
        .and.contain(problem.replace(/^2:1 /, ''));
    });

  for (const members of accepted)
    it(`are not those: ${members}`, () => {
      expect(problemsOf(members)).to.deep.equal([]);
    });
});
