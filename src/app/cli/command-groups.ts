// Every command of the program, by the first word that calls it. Only those that may be meant are loaded: a program is as
// fast as it starts.
import { Command } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { software } from '#app/software';

interface CommandGroup {
  readonly names: readonly string[];
  load(parts: CommandParts): Promise<readonly Command[]>;
}

const commandGroups: readonly CommandGroup[] = [
  {
    names: ['serve'],
    load: async (parts) => [(await import('#app/cli/serve')).serveCommand(parts)],
  },
  {
    names: ['account'],
    load: async (parts) => [(await import('#app/cli/account')).accountCommand(parts)],
  },
  {
    names: ['token'],
    load: async (parts) => [(await import('#app/cli/token')).tokenCommand(parts)],
  },
  {
    names: ['config'],
    load: async (parts) => [(await import('#app/cli/config')).configCommand(parts)],
  },
  {
    names: ['keys'],
    load: async (parts) => [(await import('#app/cli/keys')).keysCommand(parts)],
  },
  {
    names: ['check'],
    load: async (parts) => [(await import('#app/cli/check')).checkCommand(parts)],
  },
  {
    names: ['matrix'],
    load: async (parts) => [(await import('#app/cli/matrix')).matrixCommand(parts)],
  },
  {
    names: ['follow', 'unfollow', 'follower', 'followers', 'following'],
    load: async (parts) => (await import('#app/cli/relations')).relationCommands(parts),
  },
  {
    names: ['block', 'unblock', 'blocks'],
    load: async (parts) => (await import('#app/cli/blocks')).blockCommands(parts),
  },
  {
    names: ['activities', 'reports', 'posts', 'inbox', 'deliveries'],
    load: async (parts) => (await import('#app/cli/lists')).listCommands(parts),
  },
  {
    names: ['social'],
    load: async (parts) => [(await import('#app/cli/social-records')).socialRecordsCommand(parts)],
  },
  {
    names: ['alias', 'aliases'],
    load: async (parts) => (await import('#app/cli/alias')).aliasCommands(parts),
  },
  {
    names: ['property'],
    load: async (parts) => [(await import('#app/cli/property')).propertyCommand(parts)],
  },
  {
    names: ['post', 'edit-post', 'delete-post'],
    load: async (parts) => (await import('#app/cli/post')).postCommands(parts),
  },
  {
    names: ['boost', 'unboost', 'like', 'unlike'],
    load: async (parts) => (await import('#app/cli/reactions')).reactionCommands(parts),
  },
  {
    names: ['likes', 'boosts'],
    load: async (parts) => (await import('#app/cli/reaction-lists')).reactionListCommands(parts),
  },
  {
    names: ['retrieve'],
    load: async (parts) => [(await import('#app/cli/retrieve')).retrieveCommand(parts)],
  },
  {
    names: ['counts'],
    load: async (parts) => [(await import('#app/cli/counts')).countsCommand(parts)],
  },
  {
    names: ['addresses'],
    load: async (parts) => [(await import('#app/cli/addresses')).addressesCommand(parts)],
  },
  {
    names: ['create-icon'],
    load: async (parts) => [(await import('#app/cli/create-icon')).createIconCommand(parts)],
  },
  {
    names: ['parse-activity'],
    load: async (parts) => [(await import('#app/cli/parse-activity')).parseActivityCommand(parts)],
  },
  {
    names: ['completion'],
    load: async (parts) => [
      (await import('#app/cli/completion')).completionCommand(parts, () => loadProgram(parts)),
    ],
  },
];

/** The program with the commands that `firstWord` may mean: all of them, unless it is the name of one. */
export async function loadProgram(parts: CommandParts, firstWord = ''): Promise<Command> {
  const program = new Command('hearth')
    .version(software.version)
    .description('One home server for two networks: Matrix rooms and the fediverse, with one account.')
    .addHelpText('after', '\nExample:\n  hearth serve\n  hearth account add alice');
  const meant = commandGroups.find(({ names }) => names.includes(firstWord));
  for (const { load } of meant ? [meant] : commandGroups) {
    for (const command of await load(parts)) program.addCommand(command);
  }
  return program;
}
