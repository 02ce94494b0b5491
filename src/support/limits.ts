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
