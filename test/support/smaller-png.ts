import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB_BYTES = 3;
const MOST_COLOURS = 256;
/** The rest of the palette goes to colours that are rare and unlike all others. */
const MOST_FREQUENT = 160;

/** A browser's picture of a page (8 bit RGB) with 256 colours: less than half as large, and hard to tell apart. */
export function smallerPng(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const header = Buffer.from(chunks.find(({ type }) => type === 'IHDR')!.data);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header.readUInt8(8) !== 8 || header.readUInt8(9) !== 2) throw new Error('not a PNG of 8 bit RGB');
  const data = chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data);
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width * RGB_BYTES, height);

  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += RGB_BYTES) {
    const colour = pixels.readUIntBE(at, RGB_BYTES);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byCount = Array.from(counts.keys()).toSorted((a, b) => counts.get(b)! - counts.get(a)!);
  const palette = choosePalette(byCount);
  const indexOf = new Map(byCount.map((colour) => [colour, nearest(palette, colour)]));

  // A byte before each line says that it is not filtered.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = pixels.readUIntBE((y * width + x) * RGB_BYTES, RGB_BYTES);
      lines[y * (width + 1) + 1 + x] = indexOf.get(colour)!;
    }
  }
  header.writeUInt8(3, 9);
  const colours = Buffer.concat(palette.map((colour) => Buffer.from(rgb(colour))));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function readChunks(png: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** Undoes what each line's filter took away: its left, its upper neighbour, their mean, or what Paeth foretells. */
function unfilter(lines: Buffer, stride: number, height: number): Buffer {
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = lines[y * (stride + 1)]!;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < RGB_BYTES ? 0 : pixels[at - RGB_BYTES]!;
      const up = y === 0 ? 0 : pixels[at - stride]!;
      const corner = x < RGB_BYTES || y === 0 ? 0 : pixels[at - stride - RGB_BYTES]!;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      pixels[at] = (lines[y * (stride + 1) + 1 + x]! + guess) & 0xff;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
  if (a! <= b! && a! <= c!) return left;
  return b! <= c! ? up : corner;
}

function choosePalette(byCount: readonly number[]): readonly number[] {
  const palette = byCount.slice(0, MOST_FREQUENT);
  const rest = byCount.map((colour) => ({
    colour,
    away: distance(palette[nearest(palette, colour)]!, colour),
  }));
  while (palette.length < Math.min(MOST_COLOURS, byCount.length)) {
    const next = rest.reduce((far, each) => (each.away > far.away ? each : far)).colour;
    palette.push(next);
    for (const each of rest) each.away = Math.min(each.away, distance(next, each.colour));
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((each) => distance(each, colour));
  return distances.indexOf(Math.min(...distances));
}

function distance(one: number, other: number): number {
  const wanted = rgb(other);
  return rgb(one).reduce((sum, value, at) => sum + (value - wanted[at]!) ** 2, 0);
}

function rgb(colour: number): readonly number[] {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}
