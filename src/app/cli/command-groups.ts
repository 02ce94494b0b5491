// Every command of the program, by the first word that calls it. Only those that may be meant are loaded: a program is as
// fast as it starts.
import { Command } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { software } from '#app/software';

interface CommandGroup {
  /** Under which they stand in the help. */
  readonly heading: string;
  readonly names: readonly string[];
  load(parts: CommandParts): Promise<readonly Command[]>;
}

const headings = {
  server: 'The server:',
  people: 'People:',
  posts: 'Posts:',
  relations: 'Following and blocking:',
  lists: 'Looking things up:',
  tools: 'Without a server:',
};

const commandGroups: readonly CommandGroup[] = [
  {
    heading: headings.server,
    names: ['serve'],
    load: async (parts) => [(await import('#app/cli/serve')).serveCommand(parts)],
  },
  {
    heading: headings.server,
    names: ['config'],
    load: async (parts) => [(await import('#app/cli/config')).configCommand(parts)],
  },
  {
    heading: headings.server,
    names: ['keys'],
    load: async (parts) => [(await import('#app/cli/keys')).keysCommand(parts)],
  },
  {
    heading: headings.server,
    names: ['check'],
    load: async (parts) => [(await import('#app/cli/check')).checkCommand(parts)],
  },
  {
    heading: headings.server,
    names: ['social'],
    load: async (parts) => [(await import('#app/cli/social-records')).socialRecordsCommand(parts)],
  },
  {
    heading: headings.people,
    names: ['account'],
    load: async (parts) => [(await import('#app/cli/account')).accountCommand(parts)],
  },
  {
    heading: headings.people,
    names: ['token'],
    load: async (parts) => [(await import('#app/cli/token')).tokenCommand(parts)],
  },
  {
    heading: headings.people,
    names: ['alias', 'aliases'],
    load: async (parts) => (await import('#app/cli/alias')).aliasCommands(parts),
  },
  {
    heading: headings.people,
    names: ['property'],
    load: async (parts) => [(await import('#app/cli/property')).propertyCommand(parts)],
  },
  {
    heading: headings.posts,
    names: ['post', 'edit-post', 'delete-post'],
    load: async (parts) => (await import('#app/cli/post')).postCommands(parts),
  },
  {
    heading: headings.posts,
    names: ['boost', 'unboost', 'like', 'unlike'],
    load: async (parts) => (await import('#app/cli/reactions')).reactionCommands(parts),
  },
  {
    heading: headings.relations,
    names: ['follow', 'unfollow', 'follower', 'followers', 'following'],
    load: async (parts) => (await import('#app/cli/relations')).relationCommands(parts),
  },
  {
    heading: headings.relations,
    names: ['block', 'unblock', 'blocks'],
    load: async (parts) => (await import('#app/cli/blocks')).blockCommands(parts),
  },
  {
    heading: headings.lists,
    names: ['activities', 'reports', 'posts', 'inbox', 'deliveries'],
    load: async (parts) => (await import('#app/cli/lists')).listCommands(parts),
  },
  {
    heading: headings.lists,
    names: ['likes', 'boosts'],
    load: async (parts) => (await import('#app/cli/reaction-lists')).reactionListCommands(parts),
  },
  {
    heading: headings.lists,
    names: ['retrieve'],
    load: async (parts) => [(await import('#app/cli/retrieve')).retrieveCommand(parts)],
  },
  {
    heading: headings.lists,
    names: ['counts'],
    load: async (parts) => [(await import('#app/cli/counts')).countsCommand(parts)],
  },
  {
    heading: headings.tools,
    names: ['matrix'],
    load: async (parts) => [(await import('#app/cli/matrix')).matrixCommand(parts)],
  },
  {
    heading: headings.tools,
    names: ['addresses'],
    load: async (parts) => [(await import('#app/cli/addresses')).addressesCommand(parts)],
  },
  {
    heading: headings.tools,
    names: ['create-icon'],
    load: async (parts) => [(await import('#app/cli/create-icon')).createIconCommand(parts)],
  },
  {
    heading: headings.tools,
    names: ['parse-activity'],
    load: async (parts) => [(await import('#app/cli/parse-activity')).parseActivityCommand(parts)],
  },
  {
    heading: headings.tools,
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
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', '\nExample:\n  hearth serve\n  hearth account add alice');
  const meant = commandGroups.find(({ names }) => names.includes(firstWord));
  for (const { heading, load } of meant ? [meant] : commandGroups) {
    for (const command of await load(parts)) program.addCommand(command.helpGroup(heading));
  }
  return program;
}
