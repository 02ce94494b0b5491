// Keys inside the transactor are strings of one character a byte (latin1): they compare in the order of their bytes.

export function toByteString(bytes: Buffer): string {
  return bytes.toString('latin1');
}

export function fromByteString(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
