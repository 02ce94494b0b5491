// Moves the social records of a server that does not run from one back end to another: copies, compares both sides by
// counts and digests, and gives the server the copy if that is asked for.
import { existsSync } from 'node:fs';
import type { Config } from '#app/config/config';
import { publicSocialRecordsUri } from '#app/config/social-records-uri';
import { keepSocialRecords, readSocialRecords, requireDataDirectory } from '#app/data-directory';
import { openBackEnd, type SocialRecordsParts } from '#app/social-records';
import { openStores } from '#app/stores';
import { copyRecords, endCopy, heldType, unfinishedCopy } from '#databases/social/copy-records';
import { digestRecords, type TypeDigest } from '#databases/social/digest-records';
import type { RecordEngine } from '#databases/social/record-engine';
import { systemClock } from '#support/clock';
import { openLogger } from '#support/logging';
import { systemRandom } from '#support/random';

export interface CopyRequest {
  /** URIs of back ends; files lie where they say, in full. */
  readonly from: string;
  readonly to: string;
  /** Whether the server uses the copy from now on. */
  readonly isSwitch: boolean;
}

/** A step as it goes on: `done` of `total`, where that is known. */
export interface CopyStep {
  readonly step: 'copy' | 'compare';
  readonly type: string;
  readonly done: number;
  readonly total: number | undefined;
}

export interface CopyReport {
  readonly types: readonly TypeDigest[];
  readonly switched: boolean;
}

/**
 * A target that already holds a whole copy is only compared, where the server is to use it.
 * @throws Error in one sentence where a back end cannot be opened, the target is in use, the two sides differ, or the server
 * would be given a copy of what is not its own
 */
export async function copySocialRecords(
  config: Config,
  { from, to, isSwitch }: CopyRequest,
  { onProgress, signal }: { onProgress(step: CopyStep): void; signal: AbortSignal },
): Promise<CopyReport> {
  if (publicSocialRecordsUri(from) === publicSocialRecordsUri(to)) {
    throw new Error('The source and the target are one and the same back end.');
  }
  if (isSwitch) assertOwn(config.dataDirectory, from);
  assertThere(from);
  await using opened = new AsyncDisposableStack();
  const parts: SocialRecordsParts = {
    async openStore() {
      const stores = opened.use(
        await openStores(config.databases, { clock: systemClock, random: systemRandom }),
      );
      return stores.social;
    },
    clock: systemClock,
    random: systemRandom,
    logger: openLogger('warn'),
  };
  const source = opened.use(await openBackEnd(from, parts)).engine;
  const target = opened.use(await openBackEnd(to, parts)).engine;
  if (!source.promises.keeps || !target.promises.keeps) {
    throw new Error('"null:" keeps nothing: there is nothing to copy from it or to it.');
  }
  const isThere =
    isSwitch && (await heldType(target)) !== undefined && (await unfinishedCopy(target)) === undefined;
  if (!isThere) {
    await copyRecords(source, target, {
      signal,
      onProgress: ({ type, copied, total }) => onProgress({ step: 'copy', type, done: copied, total }),
    });
  }
  const types = await compare(source, target, (step) => {
    signal.throwIfAborted();
    onProgress(step);
  });
  await endCopy(target);
  if (isSwitch) keepSocialRecords(config.dataDirectory, to);
  return { types, switched: isSwitch };
}

/** A server that is given a copy of anything else would look as if it had lost all that it had. */
function assertOwn(dataDirectory: string, from: string): void {
  requireDataDirectory(dataDirectory);
  const own = readSocialRecords(dataDirectory) ?? 'store:';
  if (publicSocialRecordsUri(from) === own) return;
  throw new Error(
    `The social records of the server in ${dataDirectory} are in ${own}: what it is to use must be copied from there.`,
  );
}

/** SQLite would make a file anew, and a name that is misspelt look like a back end without records. */
function assertThere(from: string): void {
  const file = /^sqlite:(.+)$/.exec(from)?.[1];
  if (file !== undefined && !existsSync(file)) throw new Error(`There is no file ${file} to copy from.`);
}

async function compare(
  source: RecordEngine,
  target: RecordEngine,
  onProgress: (step: CopyStep) => void,
): Promise<TypeDigest[]> {
  const copied = digestRecords(target, () => undefined);
  const compared: TypeDigest[] = [];
  const report = (type: string, done: number) =>
    onProgress({ step: 'compare', type, done, total: undefined });
  for await (const original of digestRecords(source, report)) {
    const { value: copy } = await copied.next();
    if (!copy || copy.digest !== original.digest || copy.count !== original.count) {
      throw new Error(
        `The copy differs: ${source.name} has ${original.count} records of ${original.type}, ${target.name} has ` +
          `${copy?.count ?? 0}, or their contents are not the same. Was something written meanwhile? ` +
          'Empty the target, and copy again.',
      );
    }
    compared.push(original);
  }
  return compared;
}
