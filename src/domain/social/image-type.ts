// What kind of picture some bytes are, by their signatures and by nothing that anybody says of them (WHATWG MIME Sniffing
// Standard section 6.1). Only kinds that all browsers show and that can carry no scripts.

const signatures: readonly {
  readonly mediaType: string;
  readonly parts: readonly (readonly [number, string])[];
}[] = [
  { mediaType: 'image/png', parts: [[0, '\x89PNG\r\n\x1a\n']] },
  { mediaType: 'image/jpeg', parts: [[0, '\xff\xd8\xff']] },
  { mediaType: 'image/gif', parts: [[0, 'GIF87a']] },
  { mediaType: 'image/gif', parts: [[0, 'GIF89a']] },
  {
    mediaType: 'image/webp',
    parts: [
      [0, 'RIFF'],
      [8, 'WEBPVP'],
    ],
  },
];

/** `image/png`, `image/jpeg`, `image/gif` or `image/webp`; undefined for everything else. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return signatures.find(({ parts }) =>
    parts.every(([at, text]) => buffer.toString('latin1', at, at + text.length) === text),
  )?.mediaType;
}
