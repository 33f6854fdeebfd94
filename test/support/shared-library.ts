/** The smallest shared library that the dynamic loader of Linux looks at: it has no code, and needs another library. */

const MACHINES: ReadonlyMap<string, number> = new Map([
  ['x64', 62],
  ['arm64', 183],
]);
/** Whether such a library can be made for the machine that runs the tests. */
export const hasSharedLibraries = process.platform === 'linux' && MACHINES.has(process.arch);

const [HEADER, PROGRAM_HEADER] = [64, 56];
/** https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html */
const TAG = { end: 0, needed: 1, strings: 5, symbols: 6, stringsSize: 10, symbolSize: 11 } as const;

/** The bytes of an ELF file that needs a library of the given name, or none. */
export function sharedLibrary(needed?: string): Uint8Array {
  const strings = Buffer.from(`\0${needed ?? ''}\0`);
  const symbolsAt = HEADER + 2 * PROGRAM_HEADER;
  const dynamicAt = symbolsAt + 24; // one symbol, which is none
  const entryCount = needed === undefined ? 5 : 6;
  const stringsAt = dynamicAt + 16 * entryCount;
  const entries: (readonly [number, number])[] = [
    ...(needed === undefined ? [] : [[TAG.needed, 1] as const]),
    [TAG.strings, stringsAt],
    [TAG.symbols, symbolsAt],
    [TAG.stringsSize, strings.length],
    [TAG.symbolSize, 24],
    [TAG.end, 0],
  ];
  const file = Buffer.alloc(stringsAt + strings.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, little-endian
  file.writeUInt16LE(3, 16); // a shared library
  file.writeUInt16LE(MACHINES.get(process.arch) ?? 0, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(HEADER), 32);
  file.writeUInt16LE(HEADER, 52);
  file.writeUInt16LE(PROGRAM_HEADER, 54);
  file.writeUInt16LE(2, 56);
  const segment = (at: number, type: number, start: number, size: number): void => {
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(6, at + 4); // may be read and written: the loader puts addresses into the dynamic section
    for (const [place, value] of [start, start, start, size, size, 4096].entries()) {
      file.writeBigUInt64LE(BigInt(value), at + 8 + 8 * place);
    }
  };
  segment(HEADER, 1, 0, file.length);
  segment(HEADER + PROGRAM_HEADER, 2, dynamicAt, 16 * entryCount);
  for (const [place, [tag, value]] of entries.entries()) {
    file.writeBigUInt64LE(BigInt(tag), dynamicAt + 16 * place);
    file.writeBigUInt64LE(BigInt(value), dynamicAt + 16 * place + 8);
  }
  file.set(strings, stringsAt);
  return file;
}
