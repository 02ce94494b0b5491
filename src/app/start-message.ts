// What a server says when it stands: where it listens, who it is, and what to do next.
import type { Config } from '#app/config/config';
import { formatListenAddress, type ListenAddress } from '#app/config/listen-address';

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
    '',
    'Stop it with Ctrl-C.',
  ].join('\n');
}
