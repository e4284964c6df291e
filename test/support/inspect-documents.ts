/** An engine's inspect document of a container, as `docker inspect` shows it. */
export function inspectDocument(
  name: string,
  address: string,
  more: {
    readonly env?: readonly string[];
    readonly labels?: object;
    readonly ports?: object;
    readonly image?: string;
  } = {},
): object {
  const { env = [], labels = {}, ports = {}, image = 'registry.example.org:5000/shop/web:1.2' } = more;
  const running = address !== '';
  return {
    Id: Buffer.from(name).toString('hex').padEnd(64, '0'),
    Name: `/${name}`,
    State: { Status: running ? 'running' : 'exited', ExitCode: 0 },
    Config: { Hostname: name, Domainname: '', Image: image, Env: env, Labels: labels },
    NetworkSettings: {
      IPAddress: address,
      Ports: running ? ports : {},
      Networks: { bridge: { IPAddress: address, Gateway: running ? '172.18.0.1' : '', Aliases: null } },
    },
  };
}
