// FoundationDB's tuple encoding, byte for byte: typed values whose packed bytes sort as the values do. Source: the
// tuple layer's specification (apple/foundationdb, design/tuple.md); the golden bytes are in tuple.test.ts.
import type { Position } from '#store/contract';
import { PendingPosition, positionBytes, readPosition } from '#store/versionstamp';

/** An IEEE 754 double; plain numbers are packed as integers. */
export class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A position as a tuple element (a plain string would be packed as text). */
export class Stamped {
  readonly position: Position;

  constructor(position: Position) {
    this.position = position;
  }
}

export type TupleElement =
  | null
  | boolean
  | number
  | bigint
  | string
  | Buffer
  | Double
  | Stamped
  | PendingPosition
  | readonly TupleElement[];

const code = {
  null: 0x00,
  bytes: 0x01,
  text: 0x02,
  nested: 0x05,
  negativeBig: 0x0b,
  zero: 0x14,
  positiveBig: 0x1d,
  double: 0x21,
  false: 0x26,
  true: 0x27,
  stamp: 0x33,
} as const;

const initialBytes = 4096;

/** Grows as it is written to; `take` copies out what was written and starts anew, so one writer serves all keys. */
export class TupleWriter {
  #buffer = Buffer.allocUnsafe(initialBytes);
  #length = 0;
  /** Where the ten bytes of the one pending position begin, or -1. */
  stampOffset = -1;

  take(): Buffer {
    const packed = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return packed;
  }

  /** Drops what was written, after an error in between. */
  reset(): this {
    this.#length = 0;
    this.stampOffset = -1;
    return this;
  }

  #reserve(byteCount: number): void {
    if (this.#length + byteCount <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + byteCount));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** Bytes as they are, without a type code: a prefix. */
  raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#buffer, this.#length);
    this.#length += bytes.length;
  }

  null(nested: boolean): void {
    this.#byte(code.null);
    if (nested) this.#byte(0xff);
  }

  bytes(value: Buffer): void {
    this.#byte(code.bytes);
    this.#escaped(value);
  }

  text(value: string): void {
    this.#byte(code.text);
    if (value.includes('\0')) {
      this.#escaped(Buffer.from(value, 'utf8'));
      return;
    }
    this.#reserve(value.length * 3 + 1);
    this.#length += this.#buffer.write(value, this.#length, 'utf8');
    this.#buffer[this.#length++] = 0;
  }

  /** A zero byte inside becomes 00 FF; a lone 00 ends the value. */
  #escaped(value: Buffer): void {
    this.#reserve(value.length * 2 + 1);
    for (const byte of value) {
      this.#buffer[this.#length++] = byte;
      if (byte === 0) this.#buffer[this.#length++] = 0xff;
    }
    this.#buffer[this.#length++] = 0;
  }

  flag(value: boolean): void {
    this.#byte(value ? code.true : code.false);
  }

  double(value: number): void {
    this.#reserve(9);
    this.#buffer[this.#length++] = code.double;
    const start = this.#length;
    this.#buffer.writeDoubleBE(value, start);
    const negative = (this.#buffer[start] as number) & 0x80;
    for (let index = start; index < start + 8; index++) {
      const byte = this.#buffer[index] as number;
      this.#buffer[index] = negative ? byte ^ 0xff : index === start ? byte ^ 0x80 : byte;
    }
    this.#length += 8;
  }

  integer(value: number | bigint): void {
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) {
        throw new TypeError(`a tuple packs safe integers, bigints and Double, not the number ${value}`);
      }
      if (value >= 0 && value <= 0xffffffff) {
        this.#small(value);
        return;
      }
    }
    this.#big(BigInt(value));
  }

  #small(value: number): void {
    const width = value === 0 ? 0 : value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffff ? 3 : 4;
    this.#reserve(5);
    this.#buffer[this.#length++] = code.zero + width;
    for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) {
      this.#buffer[this.#length++] = (value >>> shift) & 0xff;
    }
  }

  /** Negative numbers are stored as ones' complement, so that they sort before positive ones and among themselves. */
  #big(value: bigint): void {
    const negative = value < 0n;
    const magnitude = negative ? -value : value;
    const hex = magnitude.toString(16);
    const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
    const width = magnitude === 0n ? 0 : bytes.length;
    if (width > 255) throw new RangeError('an integer in a tuple has at most 255 bytes');
    const complement = negative ? 0xff : 0;
    this.#reserve(width + 2);
    if (width <= 8) {
      this.#buffer[this.#length++] = negative ? code.zero - width : code.zero + width;
    } else {
      this.#buffer[this.#length++] = negative ? code.negativeBig : code.positiveBig;
      this.#buffer[this.#length++] = width ^ complement;
    }
    for (let index = 0; index < width; index++) {
      this.#buffer[this.#length++] = (bytes[index] as number) ^ complement;
    }
  }

  position(value: Position | PendingPosition): void {
    this.#reserve(1 + positionBytes);
    this.#buffer[this.#length++] = code.stamp;
    if (typeof value === 'string') {
      this.#length += this.#buffer.write(value, this.#length, positionBytes, 'hex');
      return;
    }
    if (this.stampOffset >= 0) throw new TypeError('a key holds at most one pending position');
    this.stampOffset = this.#length;
    this.#buffer.fill(0xff, this.#length, this.#length + 10);
    this.#buffer.writeUInt16BE(value.order, this.#length + 10);
    this.#length += positionBytes;
  }

  element(value: TupleElement, nested = false): void {
    if (value === null) this.null(nested);
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number' || typeof value === 'bigint') this.integer(value);
    else if (typeof value === 'boolean') this.flag(value);
    else if (Buffer.isBuffer(value)) this.bytes(value);
    else if (value instanceof Double) this.double(value.value);
    else if (value instanceof Stamped) this.position(value.position);
    else if (value instanceof PendingPosition) this.position(value);
    else {
      this.#byte(code.nested);
      for (const inner of value) this.element(inner, true);
      this.#byte(0);
    }
  }
}

/** Reads packed elements one after another; throws `RangeError` on bytes that are no tuple. */
export class TupleReader {
  readonly #bytes: Buffer;
  #offset: number;

  constructor(bytes: Buffer, offset = 0) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  #next(): number {
    const byte = this.#bytes[this.#offset++];
    if (byte === undefined) throw new RangeError('a packed tuple ends in the middle of an element');
    return byte;
  }

  #take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new RangeError('a packed tuple ends in the middle of an element');
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  #escaped(): Buffer {
    const start = this.#offset;
    let hasEscapes = false;
    for (;;) {
      const end = this.#bytes.indexOf(0, this.#offset);
      if (end < 0) throw new RangeError('a packed tuple ends in the middle of an element');
      if (this.#bytes[end + 1] === 0xff) {
        hasEscapes = true;
        this.#offset = end + 2;
        continue;
      }
      this.#offset = end + 1;
      const body = this.#bytes.subarray(start, end);
      return hasEscapes
        ? Buffer.from(body.toString('latin1').replaceAll('\x00\xff', '\x00'), 'latin1')
        : body;
    }
  }

  element(): TupleElement {
    return this.#element(this.#next());
  }

  #element(type: number): TupleElement {
    switch (type) {
      case code.null:
        return null;
      case code.bytes:
        return this.#escaped();
      case code.text:
        return this.#escaped().toString('utf8');
      case code.nested:
        return this.#nested();
      case code.double:
        return new Double(this.#double());
      case code.false:
        return false;
      case code.true:
        return true;
      case code.stamp:
        return new Stamped(readPosition(this.#take(positionBytes)));
      case code.negativeBig:
        return -this.#magnitude(this.#next() ^ 0xff, 0xff);
      case code.positiveBig:
        return this.#magnitude(this.#next(), 0);
      default:
        return this.#integer(type);
    }
  }

  #nested(): TupleElement[] {
    const elements: TupleElement[] = [];
    for (;;) {
      const type = this.#next();
      if (type !== code.null) elements.push(this.#element(type));
      else if (this.#bytes[this.#offset] === 0xff) {
        this.#offset++;
        elements.push(null);
      } else return elements;
    }
  }

  #integer(type: number): number | bigint {
    const width = type - code.zero;
    if (width < -8 || width > 8)
      throw new RangeError(`0x${type.toString(16)} is no type of a tuple's element`);
    const value = width >= 0 ? this.#magnitude(width, 0) : -this.#magnitude(-width, 0xff);
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  #magnitude(width: number, complement: number): bigint {
    let value = 0n;
    for (const byte of this.#take(width)) value = (value << 8n) | BigInt(byte ^ complement);
    return value;
  }

  #double(): number {
    const bytes = Buffer.from(this.#take(8));
    const negative = !((bytes[0] as number) & 0x80);
    for (let index = 0; index < 8; index++) {
      const byte = bytes[index] as number;
      bytes[index] = negative ? byte ^ 0xff : index === 0 ? byte ^ 0x80 : byte;
    }
    return bytes.readDoubleBE();
  }
}

const shared = new TupleWriter();

/** Packs a tuple, behind `prefix` if there is one. A pending position is packed as ten bytes of FF and its order. */
export function packTuple(elements: readonly TupleElement[], prefix?: Buffer): Buffer {
  const writer = shared.reset();
  if (prefix) writer.raw(prefix);
  for (const element of elements) writer.element(element);
  return writer.take();
}

export function unpackTuple(bytes: Buffer, offset = 0): TupleElement[] {
  const reader = new TupleReader(bytes, offset);
  const elements: TupleElement[] = [];
  while (!reader.done) elements.push(reader.element());
  return elements;
}
