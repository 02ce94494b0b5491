// Canonical JSON and the parser beside the engine's own, on events of one kilobyte.
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { JsonValue } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { line, ratio } from './report.ts';
import { build, canonicalBytes, messageDraft, reversed, sampleRoom } from './sample-events.ts';
import { microsecondsPerCall } from './side-by-side.ts';

const eventCount = 64;

export function reportJson(): void {
  const room = sampleRoom();
  const texts = Array.from({ length: eventCount }, (_, number) =>
    build(messageDraft(room, number)).bytes.toString(),
  );
  const sorted = texts.map((text) => JSON.parse(text) as JsonValue);
  const unsorted = texts.map((text) => reversed(JSON.parse(text) as JsonValue));
  const at = <T>(events: readonly T[], call: number): T => events[call % eventCount] as T;
  const bytes = texts.map((text) => Buffer.from(text));
  const { engine, ours, engineUnsorted, oursUnsorted, parse, parseOurs } = microsecondsPerCall({
    engine: (call) => JSON.stringify(at(sorted, call)),
    ours: (call) => canonicalJson(at(sorted, call)),
    engineUnsorted: (call) => JSON.stringify(at(unsorted, call)),
    oursUnsorted: (call) => canonicalJson(at(unsorted, call)),
    parse: (call) => JSON.parse(at(bytes, call).toString()),
    parseOurs: (call) => parseJson(at(bytes, call)),
  });
  const what = `of an event of ${canonicalBytes} bytes`;
  line(`JSON.stringify ${what}`, `${engine.toFixed(2)} µs; unsorted keys ${engineUnsorted.toFixed(2)} µs`);
  line(`canonical JSON ${what}`, `${ours.toFixed(2)} µs = ${ratio(ours, engine)} of JSON.stringify`);
  line(
    'the same, keys in reverse order',
    `${oursUnsorted.toFixed(2)} µs = ${ratio(oursUnsorted, engineUnsorted)} of JSON.stringify`,
  );
  line(
    'parse it from bytes, with all that is checked on the way',
    `${parseOurs.toFixed(2)} µs = ${ratio(parseOurs, parse)} of JSON.parse (${parse.toFixed(2)} µs)`,
  );
}
