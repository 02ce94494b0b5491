// What a server says when it stands: where it listens, who it is, and what to do next.
import type { Config } from '#app/config/config';
import { formatListenAddress, isLoopbackHost, type ListenAddress } from '#app/config/listen-address';

export function startMessage(
  config: Config,
  bound: ListenAddress,
  commandLine: (command: string) => string,
): string {
  const { serverName, publicUrl, registration, dataDirectory } = config;
  const onlyHere = /^(localhost|127\.)/.test(serverName)
    ? [
        '',
        'This name reaches no further than this machine. For a server that others can reach, start with',
        '--server-name and an empty data directory: the name can never be changed.',
      ]
    : [];
  const register = {
    open: 'anyone may register',
    token: `whoever has a token may register (${commandLine('token create')})`,
    closed: 'nobody can register over the network',
  }[registration];
  return [
    `Hearth serves ${serverName} on http://${formatListenAddress(bound)} (data in ${dataDirectory}).`,
    '',
    `  Make an account    ${commandLine('account add alice')}`,
    `  Matrix client      sign in at the homeserver ${publicUrl} as @alice:${serverName}`,
    `  Fediverse          follow @alice@${new URL(publicUrl).host}`,
    `  Registration       ${registration}: ${register}`,
    ...onlyHere,
    ...elsewhere(publicUrl, bound),
    '',
    'Stop it with Ctrl-C.',
  ].join('\n');
}

/** On this machine nothing leads from the port of the public URL to another one by itself. */
function elsewhere(publicUrl: string, bound: ListenAddress): string[] {
  const { hostname, port, protocol } = new URL(publicUrl);
  const publicPort = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  if (!isLoopbackHost(hostname) || publicPort === bound.port) return [];
  return [
    '',
    `The public URL ${publicUrl} means port ${publicPort}, but the server listens on port ${bound.port}: what it says of`,
    `itself leads there only through a proxy. Without one, start it with --listen ${formatListenAddress({ host: bound.host, port: publicPort })}.`,
  ];
}
