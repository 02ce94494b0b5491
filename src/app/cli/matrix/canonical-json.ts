// `matrix canonical-json`: the one text of a value that hashes and signatures are taken of. Appendices, "Canonical JSON".
import { inputObject, type MatrixTool, versionedTool } from '#app/cli/matrix/tool';
import { canonicalJson as encode } from '#protocol/matrix/canonical-json';
import { isJsonObject, type JsonValue, own } from '#protocol/matrix/json';

/** Of the event where the input is an object with `roomVersion` and `event`, otherwise of the input itself. */
export const canonicalJson: MatrixTool = (input) => (holdsEvent(input) ? ofEvent(input) : encode(input));

const ofEvent = versionedTool((input, version) => inputObject(input, 'event', version));

function holdsEvent(input: JsonValue): boolean {
  return isJsonObject(input) && own(input, 'roomVersion') !== undefined && own(input, 'event') !== undefined;
}
