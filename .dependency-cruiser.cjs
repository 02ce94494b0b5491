// The floors of the house (ARCHITECTURE.md, "The house"): which floor may import which. This one table is the
// rule that `npm run check` applies.
const floors = {
  support: [],
  protocol: ['support'],
  store: ['support'],
  databases: ['store', 'protocol', 'support'],
  network: ['protocol', 'support'],
  domain: ['databases', 'network', 'protocol', 'support'],
  workers: ['domain', 'support'],
  http: ['domain', 'protocol', 'support'],
};
const all = [...Object.keys(floors), 'app'];

const downwardOnly = Object.entries(floors).map(([floor, allowed]) => ({
  name: `${floor}-imports-downward-only`,
  severity: 'error',
  from: { path: `^src/${floor}/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^src/(${all.filter((other) => other !== floor && !allowed.includes(other)).join('|')})/` },
}));

// Rooms within a floor that may not see each other.
const apart = (floor, subfolders, except = '') => ({
  name: `${floor}-rooms-are-apart`,
  severity: 'error',
  from: { path: `^src/${floor}/(${subfolders})/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^src/${floor}/(${subfolders})/`, pathNot: [`^src/${floor}/$1/`, ...(except ? [except] : [])] },
});

module.exports = {
  forbidden: [
    ...downwardOnly,
    apart('databases', 'rooms|accounts|transitory|social'),
    apart('http', 'client|federation|media|activitypub|mastodon|admin'),
    {
      name: 'rooms-and-social-do-not-meet',
      severity: 'error',
      from: { path: '^src/domain/(rooms|social)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/domain/(rooms|social)/', pathNot: '^src/domain/$1/' },
    },
    {
      name: 'only-app-picks-engines',
      severity: 'error',
      from: { path: '^src/(?!app/|store/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/store/engines/' },
    },
    {
      name: 'only-app-picks-back-ends',
      severity: 'error',
      from: { path: '^src/(?!app/|databases/social/engines/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/databases/social/engines/' },
    },
    {
      name: 'protocol-is-pure',
      comment: 'No I/O: node:crypto (hashing and signatures) and node:buffer are the only node modules.',
      severity: 'error',
      from: { path: '^src/protocol/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^test/|\\.test\\.ts$)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^foundationdb$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['hearth-source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
