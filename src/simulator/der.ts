import { isIPv4 } from "node:net";

/**
 * Encodes a sequence in DER, the encoding of certificates (X.690). This module has only what the simulator
 * needs.
 */
export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encode(0x30, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return encode(0x31, ...parts);
}

/** Encodes a part of a structure that has a number, such as the extensions of a certificate. */
export function explicit(number: number, content: Uint8Array): Buffer {
  return encode(0xa0 + number, content);
}

/** Encodes a text or an address that has a number, such as the names of a host. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return encode(0x80 + number, content);
}

/**
 * Encodes an integer. Its first byte must be between 1 and 127: then the number is positive, and its encoding
 * the shortest.
 */
export function integer(bytes: Uint8Array): Buffer {
  return encode(0x02, bytes);
}

export function boolean(value: boolean): Buffer {
  return encode(0x01, Buffer.of(value ? 0xff : 0));
}

export function octets(content: Uint8Array): Buffer {
  return encode(0x04, content);
}

/** Encodes bits. The last byte has `unused` bits without meaning at its end. */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return encode(0x03, Buffer.of(unused), content);
}

export function utf8Text(text: string): Buffer {
  return encode(0x0c, Buffer.from(text));
}

/** Encodes a time. Two-digit years reach to 2049 (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2)))
    : encode(0x18, Buffer.from(digits));
}

/**
 * Encodes an object identifier such as `2.5.4.3`. The first two numbers share a byte, the others take seven
 * bits a byte.
 */
export function objectId(id: string): Buffer {
  const [first = 0, second = 0, ...others] = id.split(".").map(Number);
  return encode(0x06, Buffer.of(first * 40 + second, ...others.flatMap(base128)));
}

function base128(number: number): number[] {
  const groups = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}

/** Returns the bytes of an IPv4 or IPv6 address. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const [head = [], tail] = address
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const missing = 8 - head.length - (tail?.length ?? 0);
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...(tail ?? [])];
  return Buffer.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...encodeLength(content.length)), content]);
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
