// Reading a JSON document of the fediverse from bytes that anybody may have sent: size, depth, lengths and keys are
// checked on the text, before anything is built from it.
import { ProtocolError } from '#support/errors';
import { activityArrayLengthMax, activityBytesMax, activityDepthMax } from '#support/limits';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/**
 * Reads a document that must be one JSON object in UTF-8. Throws tooLarge, notJson, or badJson for what is well-formed
 * and still refused: excess depth or length, a key twice in one object (readers would disagree on which counts), and
 * `__proto__`.
 */
export function readJsonDocument(bytes: Uint8Array): JsonObject {
  if (bytes.length > activityBytesMax) {
    throw new ProtocolError('tooLarge', `A document may have at most ${activityBytesMax} bytes`);
  }
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProtocolError('notJson', 'The document is not UTF-8');
  }
  checkShape(text);
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError('notJson', 'The document is not JSON');
  }
  if (!isObject(value)) throw new ProtocolError('badJson', 'The document must be a JSON object');
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Frame {
  /** The keys so far, for an object; undefined for an array. */
  readonly keys: Set<string> | undefined;
  length: number;
  expectsKey: boolean;
}

/** One pass over the text. Malformed JSON may pass here, because JSON.parse follows. */
function checkShape(text: string): void {
  const stack: Frame[] = [];
  let top: Frame | undefined;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at);
        if (top?.expectsKey) addKey(top, text.slice(at, end + 1));
        at = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: {
        const isMap = text.charCodeAt(at) === 0x7b;
        top = { keys: isMap ? new Set() : undefined, length: 0, expectsKey: isMap };
        if (stack.push(top) > activityDepthMax) throw tooMuch('is nested too deeply');
        break;
      }
      case 0x7d: // }
      case 0x5d:
        stack.pop();
        top = stack.at(-1);
        break;
      case 0x2c: // ,
        if (!top) break;
        if (top.keys) top.expectsKey = true;
        else if ((top.length += 1) >= activityArrayLengthMax) throw tooMuch('has an array that is too long');
        break;
    }
  }
}

/** The index of the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === 0x5c) escapes += 1;
    if (escapes % 2 === 0) return quote;
    at = quote;
  }
}

function addKey(frame: Frame, quoted: string): void {
  let key = quoted.slice(1, -1);
  if (quoted.includes('\\')) {
    try {
      key = String(JSON.parse(quoted));
    } catch {
      throw new ProtocolError('notJson', 'The document is not JSON');
    }
  }
  const keys = frame.keys!;
  if (key === '__proto__') throw tooMuch('has a key __proto__');
  if (keys.has(key)) throw tooMuch(`has the key ${key.slice(0, 64)} twice in one object`);
  if (keys.add(key).size > activityArrayLengthMax) throw tooMuch('has an object with too many keys');
  frame.expectsKey = false;
}

function tooMuch(what: string): ProtocolError {
  return new ProtocolError('badJson', `The document ${what}`);
}
