// Every limit has one place: a name with its unit, a value and where it comes from.

/** FoundationDB, "Known limitations": they hold in every engine, so that a cluster never surprises. */
export const keyBytesMax = 10_000;
export const valueBytesMax = 100_000;
export const transactionBytesMax = 10_000_000;
export const transactionDurationMsMax = 5_000;

/** Client-Server API, "Size limits": canonical JSON of the federation form, signatures included. */
export const eventBytesMax = 65_536;
/** Client-Server API, "Size limits": type, state_key, sender, room_id and event_id, in bytes. */
export const eventFieldBytesMax = 255;
/** Room version pages, "Event format": entries of `prev_events` and of `auth_events`. */
export const prevEventsMax = 20;
export const authEventsMax = 10;
/** "Retrieving server keys": published keys count for seven days at most, so that a stolen one cannot last. */
export const serverKeyValidityMsMax = 7 * 86_400_000;
/** Ours: keys that a server may publish, old ones included. */
export const serverKeysMax = 1_000;
/** So many signatures are verified where they are met; more go to other threads, in batches of so many. */
export const signaturesInlineMax = 16;
export const signatureBatchMax = 128;
/** Ours: levels of arrays and objects within JSON that comes in, is hashed or stored; the specification names none. */
export const jsonDepthMax = 100;

/** Largest JSON body of an operation that declares no other: room for an event of `eventBytesMax` in any escaping. */
export const jsonBodyBytesMax = 1_048_576;
/** A body that is too large is read and thrown away up to here beyond its limit, so that the client reads the refusal. */
export const refusedBodyDrainBytesMax = 16_777_216;
/** Request line and headers together; twice node's default, for filters and tokens in the query. */
export const requestHeaderBytesMax = 32_768;
/** A path parameter, decoded: several make one key of the store, and the specification's identifiers have 255 bytes. */
export const pathParameterBytesMax = 1_024;
/** A client has so long to send its headers, and so long for the whole request. */
export const headersReceiveMsMax = 20_000;
export const requestReceiveMsMax = 120_000;
/** A connection without a request is kept so long; longer than usual proxies keep theirs, so that they close first. */
export const idleConnectionMsMax = 75_000;
/** On shutdown, answers in flight have so long to finish. */
export const shutdownGraceMs = 5_000;
/** A server whose store has failed has so long to close before its process ends in any case. */
export const failedShutdownMsMax = 8_000;

/** ActivityPub documents and activities, in bytes of JSON. */
export const activityBytesMax = 1_048_576;
/** Nesting of objects and arrays in an ActivityPub document. */
export const activityDepthMax = 32;
/** Entries of one array, and keys of one object, in an ActivityPub document. */
export const activityArrayLengthMax = 2_000;
/** Recipients named by one activity (to, cc, bto, bcc and audience together); more is spam. */
export const activityRecipientsMax = 1_000;
/** Characters of an identifier or link taken from outside. */
export const uriCharactersMax = 2_048;
/** HTTP signatures: how old and how far in the future a signature's date may be. */
export const signatureAgeMsMax = 12 * 3_600_000;
export const signatureFutureMsMax = 3_600_000;
/** Bits of an RSA key's modulus that a signature may be checked with. */
export const rsaModulusBitsMin = 2_048;
export const rsaModulusBitsMax = 8_192;

/** Sends that share a transaction, and their bytes (FoundationDB advises at most 1 MB). */
export const laneBatchJobsMax = 64;
export const laneBatchBytesMax = 1_000_000;
/** What an appended event writes, roughly, rows of state and memberships included: most are far below the 64 KiB allowed. */
export const appendedBytesEstimate = 8_192;
/** Entering a room: events checked before others have their turn, events looked up at one snapshot. */
export const enterChecksAtOnce = 32;
export const enterReadsAtOnce = 500;
/** Entering a room: keys of its state that one transaction stages, about a kilobyte of rows each. */
export const stagedEntriesAtOnce = 800;
/** Transactions of lanes under way at once: some are judged while others are signed and flushed. */
export const laneTransactionsMax = 4;
/** Sends that may wait for one room before further ones are turned away. */
export const laneWaitingMax = 10_000;

/** Bytes of a password, in UTF-8; hashing takes no longer for a longer one, but reading it does. */
export const passwordBytesMax = 512;
/** Passwords hashed at once: they share the thread pool with the store's flushes. */
export const passwordHashesMax = 2;
/** Passwords that may wait to be hashed before further ones are turned away. */
export const passwordsWaitingMax = 100;
/** Client-Server API, "Token-authenticated registration": characters of a registration token. */
export const registrationTokenCharactersMax = 64;
/** How long the stages of user-interactive authentication that a client has completed count. */
export const interactiveSessionMinutesMax = 30;
/** Bytes of a device's id, as of other identifiers. */
export const deviceIdBytesMax = 255;
/** Characters of a name that a person gives to a device. */
export const deviceNameCharactersMax = 256;
/** Devices that one request may name. */
export const devicesPerRequestMax = 1_000;
/** Client-Server API, "Profiles": bytes of a whole profile as JSON, and of the name of a field. */
export const profileBytesMax = 65_536;
export const profileFieldNameBytesMax = 255;
/** Characters of a display name and of an avatar's mxc URI. */
export const displayNameCharactersMax = 256;
export const avatarUrlCharactersMax = 1_000;
/** Bytes of one type of account data as JSON: with its name it fits one value of the store. */
export const accountDataBytesMax = 96_000;
/** Characters of a push rule's pattern: it is looked for in every message. */
export const pushPatternCharactersMax = 1_024;
/** Bytes of a push rule's id; conditions and actions of one rule; and rules of one kind. */
export const pushRuleIdBytesMax = 255;
export const pushRulePartsMax = 32;
export const pushRulesMax = 1_000;
/** Bytes of a filter as canonical JSON. */
export const filterBytesMax = 65_536;
/** Access tokens whose callers are remembered, and for how long a logout by another process may go unseen. */
export const callersCachedMax = 20_000;
export const callerCachedMsMax = 5_000;
/** Devices whose last sighting is remembered, and how coarse sightings are. */
export const sightingsCachedMax = 20_000;
export const sightingIntervalMs = 300_000;
/** Entries of one list in a filter, each of which is compared with every event that is read. */
export const filterEntriesMax = 2_000;

/** Users that one createRoom may invite: their events share the room's first transaction. */
export const createRoomInvitesMax = 100;
/** Events of `initial_state` in one createRoom: each is signed while the request waits, and shares the transaction. */
export const createRoomStateMax = 1_000;
/** The stripped state that is kept with an invite: so small that all invites of a createRoom fit one transaction. */
export const inviteStateBytesMax = 28_672;

/** Redirects that one fetch follows. */
export const redirectsMax = 3;
/** From the first byte out to the last byte in, for one exchange with another server. */
export const exchangeDurationMsMax = 30_000;
/** All that fetching the key of a signature may take: a server that posts to an inbox waits for it. */
export const keyFetchDurationMsMax = 10_000;
/** When a signature may be sent again whose key could not be fetched for the moment. */
export const keyRetryAfterMs = 30_000;
/** A JSON document of discovery (WebFinger, NodeInfo), in bytes. */
export const discoveryBytesMax = 65_536;
/** How much of an answer to a delivery is read, in bytes. */
export const deliveryAnswerBytesMax = 16_384;
/** Retry-After of others is honoured within these bounds. */
export const retryAfterMsMin = 3_000;
export const retryAfterMsMax = 86_400_000;

/** Users whose changes are followed in memory; beyond that the ones that synced longest ago are forgotten. */
export const watchedUsersMax = 10_000;
/** Events of a room's timeline in a sync, and in a page of history: without a word of the client's, and at most. */
export const timelineEventsDefault = 20;
export const timelineEventsMax = 500;
export const historyEventsDefault = 10;
export const historyEventsMax = 500;
/** Events that one request may look at for those that its filter wants; a page then ends early, with a token. */
export const eventsScannedMax = 5_000;
/** State events and pieces of account data that a filter may ask for at most. */
export const filteredEventsMax = 100_000;
/** How long a sync may wait for news. */
export const syncTimeoutMsMax = 300_000;
/** How long a user counts as typing: without a word of the client's, and at most. */
export const typingTimeoutMsDefault = 30_000;
export const typingTimeoutMsMax = 120_000;
/** Devices in rooms whose members already sent are remembered, so as not to be sent again. */
export const lazyMembersRoomsMax = 20_000;
/** Client-Server API, "Threaded read receipts": hops from an event to the one that names its thread. */
export const threadHopsMax = 3;

/** Rooms in which a change to one account is carried out at the same time. */
export const roomsAtOnceMax = 8;
/** Events and receipts of one room's newest that are kept for syncs at least, and of all rooms together at most. */
export const tailEventsMax = 64;
export const tailsEventsMax = 50_000;
/** Sync tokens that are remembered with what they say. */
export const recentTokensMax = 2_000;
/** Rooms that an initial sync reads at one snapshot; the store gives a snapshot a few seconds. */
export const roomsPerSnapshot = 16;

/** Inboxes that the transaction of a post queues deliveries for itself; more become one fan-out, for a worker. */
export const directInboxesMax = 200;
/** Inboxes of a fan-out that one transaction queues deliveries for. */
export const fanOutPageMax = 100;
/** Inboxes of our own people that one transaction puts a note into, or takes it out of; a task sees to the rest. */
export const spreadPageMax = 200;
/** Ours: how far behind the records a listing may be, as a rule, where a back end keeps its listings apart from them. */
export const listingDelayMs = 5_000;
/** Hosts that are delivered to at once, one delivery at a time each. */
export const deliveryHostsMax = 100;
/** Hosts whose outcomes are stored in one transaction. */
export const deliveryOutcomesAtOnce = 64;
/** Deliveries to one host before others have their turn. */
export const deliveriesPerTurnMax = 20;
/** How long after it was queued a delivery is still tried. */
export const deliveryAgeMsMax = 7 * 24 * 3_600_000;
/** The shortest pause after a first failure, doubled with each further one, and the longest where the host names none. */
export const deliveryPauseMsMin = 15_000;
export const deliveryPauseMsMax = 12 * 3_600_000;
/** Attempts at one delivery that a host answers with an error before the host's other deliveries go ahead of it. */
export const deliveryAttemptsInTurnMax = 3;
/** Attempts that a delivery remembers; and characters of an error. */
export const deliveryHistoryMax = 8;
export const deliveryErrorCharactersMax = 500;
/** Bodies and signing keys that are kept at hand while their deliveries go out. */
export const deliveryBodiesCachedMax = 32;
export const signingKeysCachedMax = 1_000;
/** How long a worker holds the lease on a queue without renewing it, and how often it renews. */
export const workLeaseMs = 30_000;
export const workRenewalMs = 10_000;
/** A worker looks for work at most this often, however much is committed. */
export const workRestMs = 20;
/** Tasks that are carried out at once. */
export const tasksAtOnce = 8;
/** Steps of one task before others have their turn. */
export const taskStepsPerTurnMax = 20;
/** Attempts at a step (some 25 hours of them) before its task is given up. */
export const taskAttemptsMax = 12;
/** How long rows stay in a database's log of changes, and how often it is trimmed. */
export const changeLogKeptMs = 600_000;
export const changeLogTrimMs = 60_000;

/** Characters of a post that our people write, and people that it may mention: each is looked up when it is posted. */
export const postCharactersMax = 50_000;
export const mentionsMax = 50;
/** Characters of a hashtag without its sign. */
export const hashtagCharactersMax = 100;
/** Attachments, hashtags and mentions of one note by others that are read; the rest is left out. */
export const noteAttachmentsMax = 32;
export const noteHashtagsMax = 100;
export const noteMentionsMax = 1_000;
/** Objects that one Flag may name, and other names of one actor that are read (`alsoKnownAs`). */
export const flaggedObjectsMax = 500;
export const actorAliasesMax = 100;
/** Characters of the words with a Flag, and of a reaction: an emoji, or a short name of one between colons. */
export const flagCharactersMax = 10_000;
export const reactionCharactersMax = 128;
/** Pixels on each side of an icon that is made for an account without one: it is drawn while others wait. */
export const avatarPixelsMin = 16;
export const avatarPixelsMax = 512;

/** What one call of a hook may take; how much of what its program says is looked at. */
export const hookDurationMsMax = 10_000;
export const hookOutputBytesMax = 2_000;
/** Characters of the secret that signs what hooks are told, so that nobody can guess it. */
export const hookSecretCharactersMin = 16;
/** Calls of hooks at once, and tasks that fetch from other servers, so that slow ones leave room for other tasks. */
export const hookCallsAtOnceMax = 2;
export const taskFetchesAtOnceMax = 4;
/** Tasks that find no room come back at least so long after one another, and no later than after so long. */
export const taskRoomIntervalMsMin = 5;
export const taskRoomPauseMsMax = 600_000;
/** All that one task may take to fetch what somebody has pointed at. */
export const taskFetchDurationMsMax = 15_000;
/** The first pause before a hook is called again, doubled each time, the longest, and after how long it is given up. */
export const hookPauseMsMin = 15_000;
export const hookPauseMsMax = 3_600_000;
export const hookAgeMsMax = 86_400_000;
/** How often an actor may move: whoever follows it does not follow it around. */
export const moveIntervalMsMin = 7 * 86_400_000;
/** Followers of an actor that has moved, messages of a boost that has ended, and relations of an actor, at once. */
export const movedFollowersPageMax = 100;
export const messagesPageMax = 200;
export const relationsAtOnceMax = 200;
/** Others who boosted a note, among whom is looked for one who keeps it in an inbox. */
export const boostersLookedAtMax = 50;
/** Local followers among whom is looked for one who may ask for what was boosted, or where an actor has moved to. */
export const askersLookedAtMax = 50;
/**
 * Fetches from one host of what others point at, at once after a quiet time; one more after each of these; and how long one
 * waits for its turn at most.
 */
export const taskFetchesBurst = 60;
export const taskFetchIntervalMs = 1_000;
export const taskFetchWaitMsMax = 6 * 3_600_000;

/** Bytes of a post's Note as JSON: links make a text longer, and with its Create it stays within what others read. */
export const noteBytesMax = 900_000;
/** Attachments, and hashtags, of a post that our people write. */
export const postAttachmentsMax = 16;
export const postHashtagsMax = 50;
/** Characters of a content warning, and of the description of an attachment. */
export const contentWarningCharactersMax = 500;
export const descriptionCharactersMax = 5_000;
/** Bytes of an account's own icon: others fetch it for everybody who sees a post. */
export const iconBytesMax = 524_288;
/** Pixels on each side of an icon that is made for an account, and how many of them are kept at hand. */
export const madeIconPixels = 256;
export const madeIconsCachedMax = 200;
/** Relations that end in one transaction where an account blocks a host; each may queue a delivery. */
export const blockedRelationsPageMax = 100;
/** Characters of what an account says of itself; other names of an account; its properties, and characters of each. */
export const summaryCharactersMax = 5_000;
export const aliasesMax = 50;
export const propertiesMax = 50;
export const propertyNameCharactersMax = 128;
export const propertyValueCharactersMax = 500;

/** Items of one page of a collection: activities with all they hold, and bare URIs. */
export const outboxPageMax = 20;
export const relationsPageMax = 100;
/** Pages of activities that are looked through for a type at a time. */
export const activityPagesScannedMax = 20;
/** Posts on one page of a profile. */
export const profilePostsMax = 20;

/** The ids of a room's forward extremities as JSON: with the rest of the room's head they fit into one value. */
export const extremitiesBytesMax = 99_000;
/** Overlays of state that lie on one another, at a fork: each is one more place to look for a key. */
export const overlayDepthMax = 8;
/** Changes of a room's state that are read to find whether an overlay is smaller on the newest position. */
export const rebaseChangesMax = 256;
/** Events that name the same power levels or join rules and are noted as proof that they are in use. */
export const authWitnessesMax = 16;
/** Events of the auth graph, states at events, resolutions, and entries of overlays that are kept at hand. */
export const graphEventsCachedMax = 50_000;
/** About as many bytes of memory as those events may take: others decide how large an event is. */
export const graphBytesCachedMax = 64_000_000;
export const stateViewsCachedMax = 20_000;
export const resolutionsCachedMax = 2_000;
export const overlayEntriesCachedMax = 200_000;

/** What a copy of the social records reads at once, and about how many bytes of it are written in one transaction. */
export const copyPageRecordsMax = 200;
export const copyBatchBytesMax = 1_000_000;

/** Bytes of a text of a social record that stands in a key or a listing: with others it fits the keys of every back end. */
export const keyTextBytesMax = 512;
/** Bytes of one social record as JSON, so that it fits one value of the store; and of each text that belongs to it. */
export const recordBytesMax = 96_000;
export const recordTextBytesMax = 1_048_576;

/** How often a back end without word of other processes' writes is looked at for them. */
export const recordPollMs = 1_000;

/** SQLite: how long writers that wait are gathered for one flush, and how many of them at most. */
export const groupCommitMs = 5;
export const groupCommitMembersMax = 256;
/** How often a write of social records is run that others have come before. */
export const recordAttemptsMax = 10;
/** SQLite: how long an attempt to write waits for other processes, and how many attempts there are. */
export const sqliteBusyMs = 5_000;
export const sqliteBusyAttemptsMax = 6;
/** SQLite: reads under way at once, each on a connection of its own. */
export const sqliteReadersMax = 8;

/** A connection to DynamoDB, and the answer to one request, are waited for so long. */
export const dynamodbConnectMsMax = 3_000;
export const dynamodbRequestMsMax = 10_000;
/** Tries of one request, and how long they wait for one another: from the least on twice as long each time. */
export const dynamodbAttemptsMax = 10;
export const dynamodbBackoffMsMin = 20;
export const dynamodbBackoffMsMax = 2_000;
/** Requests of one operation that are under way at once, and tables that are made at once (DynamoDB allows 50). */
export const dynamodbRequestsAtOnce = 32;
export const dynamodbTablesAtOnce = 10;
/** Items that one page asks for; DynamoDB ends pages at 1 MB itself. */
export const dynamodbPageMax = 1_000;
/** A text up to here lies in its record's item, which then still is one read unit (4 KB). */
export const dynamodbInlineTextBytesMax = 3_000;
/** Bytes of a piece of a text, and of the keys in a row of a journal: an item has at most 400 KB. */
export const dynamodbPieceBytesMax = 350_000;
export const dynamodbJournalRowBytesMax = 300_000;
/** A write of several items may be aborted by others after so long, and its journal stays so long for its writer to see. */
export const dynamodbJournalMs = 10_000;
export const dynamodbJournalKeptMs = 600_000;
/** How often a process looks for writes that others have left. */
export const dynamodbSweepMs = 30_000;
/** Times that a lock of others is met before a write begins anew, and that it begins. */
export const dynamodbLockTriesMax = 20;
export const dynamodbWriteTriesMax = 100;
/** Earlier versions that an item remembers, for a writer that does not know what it did. */
export const dynamodbTrailMax = 4;
/** Records are ordered by time within months of thirty days. */
export const dynamodbMonthMs = 2_592_000_000;

/** Connections to PostgreSQL at once, how long one may take to be had, and how long a statement may run. */
export const postgresConnectionsMax = 10;
export const postgresConnectMs = 10_000;
export const postgresStatementMs = 30_000;
/** How long a server is waited for that should have said by then that a statement took too long. */
export const postgresAnswerMs = 45_000;
/** How long a connection is silent before the other side is asked whether it is still there. */
export const postgresKeepAliveMs = 10_000;
/** How long a server that is away is tried to be reached: one that is started again is back by then. */
export const postgresPatienceMs = 2_000;
/** How long a server is asked what became of a commit; it drops transactions that nobody goes on with before. */
export const postgresOutcomeMs = 60_000;
/** How often a transaction is run that others have come before, and the longest pause in between. */
export const postgresAttemptsMax = 100;
export const postgresPauseMsMax = 100;
/** Digests of URIs that are kept at hand, about 300 bytes each. */
export const uriDigestsCachedMax = 10_000;
