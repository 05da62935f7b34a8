/** Bytes as hex and characters, sixteen a line; numbered from where the first of them stands. */
export function hexDump(bytes: Uint8Array, totalBytes = bytes.length, start = 0): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = Array.from(bytes.subarray(offset, offset + 16));
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = row
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push(`${(start + offset).toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${characters}`);
  }
  if (totalBytes > bytes.length) lines.push(`… ${totalBytes} bytes in all; --raw writes them`);
  return lines.join('\n');
}
