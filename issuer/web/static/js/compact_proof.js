// A QR code's proof: COSE_Sign1 (RFC 9052) in CBOR as digits. Throws at any other number.

const CLAIM = -65537, DATED = 6, UNTIL = 4, EDDSA = -8, COSE_SIGN1 = 0xd2;
const LARGEST = 340, DEEPEST = 4, LATEST = 253402300799;

export function decode(digits) {
  const message = bytesOf(digits);
  demand(message[0] === COSE_SIGN1, "tag");
  const parts = read(message.subarray(1));
  demand(are(parts, isBytes, isMap, isBytes, isBytes), "parts");
  const [protectedBytes, unprotected, payload, signature] = parts;
  demand(unprotected.size === 0 && signature.length === 64, "parts");
  const headers = read(protectedBytes), said = read(payload);
  demand(isMap(headers) && String([...headers.keys()]) === "1,4", "header");
  const kid = headers.get(4);
  demand(headers.get(1) === EDDSA && isBytes(kid), "algorithm");
  demand(kid.length >= 1 && kid.length <= 16, "kid");
  return { kid: toHex(kid), signature, signed: signedBytes(protectedBytes, payload), ...claims(said) };
}

export async function holds(proof, publicKey) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, proof.signature, proof.signed);
}

function bytesOf(digits) {
  demand(/^[0-9]{100,2200}$/.test(digits), "digits");
  let hex = BigInt(digits).toString(16);
  hex = hex.length % 2 ? "0" + hex : hex;
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  demand(bytes[0] === 1 && digits[0] !== "0" && bytes.length <= LARGEST + 1, "digits");
  return bytes.subarray(1);
}

function claims(said) {
  demand(isMap(said), "claims");
  const names = String([...said.keys()]);
  demand(names === `${DATED},${CLAIM}` || names === `${UNTIL},${DATED},${CLAIM}`, "claims");
  const issued = said.get(DATED), until = said.has(UNTIL) ? said.get(UNTIL) : null;
  demand([issued, until ?? 0].every((time) => isCount(time) && time <= LATEST), "times");
  demand(are(said.get(CLAIM), isBytes, isText, Array.isArray, isCount, isCount, isBytes), "claims");
  const [serial, name, flat, list, index, sha256] = said.get(CLAIM);
  demand(serial.length === 10 && sha256.length === 32 && flat.length % 3 === 0, "claims");
  const units = [];
  for (let i = 0; i < flat.length; i += 3) units.push(flat.slice(i, i + 3));
  for (const [code, identified, total] of units) {
    demand(isText(code) || isCount(code), "units");
    demand(isCount(identified) && isCount(total) && identified <= total, "units");
  }
  return { serial: toHex(serial), name, units, list, index, sha256: toHex(sha256), issued, until };
}

// Deterministic CBOR (RFC 8949 section 4.2).
function read(bytes) {
  let at = 0;
  const item = (depth) => {
    demand(depth <= DEEPEST && at < bytes.length, "depth");
    const kind = bytes[at] >> 5, argument = number();
    if (kind === 0) return argument;
    if (kind === 1) return -1 - argument;
    if (kind === 2) return take(argument);
    if (kind === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(argument));
    demand((kind === 4 || kind === 5) && argument <= bytes.length, "kind");
    if (kind === 4) return Array.from({ length: argument }, () => item(depth + 1));
    const map = new Map(Array.from({ length: argument }, () => [item(depth + 1), item(depth + 1)]));
    demand(map.size === argument, "twice");
    return map;
  };
  const number = () => {
    const small = bytes[at++] & 31;
    if (small < 24) return small;
    demand(small <= 27, "length");
    const size = 1 << (small - 24), value = take(size).reduce((sum, byte) => sum * 256 + byte, 0);
    demand(value >= (size === 1 ? 24 : 2 ** (size * 4)) && isCount(value), "length");
    return value;
  };
  const take = (count) => {
    demand(at + count <= bytes.length, "length");
    return bytes.subarray(at, (at += count));
  };
  const value = item(0);
  demand(at === bytes.length, "trailing");
  return value;
}

// Sig_structure (RFC 9052 section 4.4): ["Signature1", protected, h'', payload].
function signedBytes(protectedBytes, payload) {
  const text = new TextEncoder().encode("Signature1");
  return join([0x84, 0x60 + text.length], text, head(protectedBytes), protectedBytes,
    [0x40], head(payload), payload);
}

function head({ length }) {
  if (length < 24) return [0x40 + length];
  return length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
}

function demand(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

const isBytes = (value) => value instanceof Uint8Array;
const isMap = (value) => value instanceof Map;
const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const are = (values, ...kinds) => Array.isArray(values) && values.length === kinds.length &&
  kinds.every((isKind, i) => isKind(values[i]));
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
