import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of an archive; what is given besides name and bytes is written as it is, also where it is not true. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly encrypted?: true;
  readonly method?: number;
  readonly crc?: number;
  readonly uncompressedSize?: number;
  /** Mode of Unix, in the upper 16 bits of the attributes. */
  readonly mode?: number;
  /** Takes the data of the entry before it. */
  readonly sharesBytes?: true;
}

const localHeader = 0x04034b50;
const directoryHeader = 0x02014b50;
const endOfDirectory = 0x06054b50;

/** A ZIP archive, by the specification of PKWARE (APPNOTE 6.3.10, section 4.3). */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let sharedOffset = 0;
  for (const entry of entries) {
    const method = entry.method ?? 8;
    const data = method === 8 ? deflateRawSync(entry.bytes) : entry.bytes;
    const name = Buffer.from(entry.name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(entry.encrypted === true ? 1 : 0, 2);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(entry.crc ?? crc32(entry.bytes), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(entry.uncompressedSize ?? entry.bytes.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const at = entry.sharesBytes === true ? sharedOffset : offset;
    if (entry.sharesBytes !== true) {
      sharedOffset = offset;
      const local = Buffer.concat([word(localHeader), facts, name, data]);
      parts.push(local);
      offset += local.length;
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(at, 10);
    directory.push(word(directoryHeader), Buffer.from([20, 3]), facts, rest, name);
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, word(endOfDirectory), end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
