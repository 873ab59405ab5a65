/** CRC-64 of ECMA-182, reflected: the checksum by which OSS's clients check each upload and download. */
const POLYNOMIAL = 0xc96c5795d7870f42n;
const ALL_ONES = 0xffffffffffffffffn;

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1n) === 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
  return value;
});

/** In decimal, as the header `x-oss-hash-crc64ecma` has it. */
export function crc64(bytes: Buffer): string {
  let value = ALL_ONES;
  for (const byte of bytes) value = (TABLE[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (value >> 8n);
  return String(value ^ ALL_ONES);
}
