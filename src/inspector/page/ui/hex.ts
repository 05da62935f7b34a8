const PER_LINE = 16;
export const HEX_LIMIT = 64 * 1024;

/** Bytes as offset, hex and characters, sixteen a line; no more than `limit` of them. */
export function hexLines(bytes: Uint8Array, limit = HEX_LIMIT): string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < Math.min(bytes.length, limit); offset += PER_LINE) {
    const row = Array.from(bytes.subarray(offset, Math.min(offset + PER_LINE, limit)));
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const characters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    const halves = `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}`;
    lines.push(`${offset.toString(16).padStart(8, '0')}  ${halves}  ${characters.join('')}`);
  }
  return lines;
}
