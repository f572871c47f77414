/** Ids that this device makes: UUIDv7 (RFC 9562 section 5.7), in the order of making. */

let last = 0;

export function newId(): string {
  // 48 bits of milliseconds; 12 more that count within one, so that ids of one tab ascend.
  const tick = Math.max(Date.now() * 4096, last + 1);
  last = tick;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const millis = Math.floor(tick / 4096);
  const count = tick % 4096;
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(millis / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = 0x70 | (count >> 8);
  bytes[7] = count & 0xff;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
