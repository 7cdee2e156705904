// An issuer's public files: fetched whole, believed under the issuer's own seal only.

const PATIENCE = 20_000, SKEW = 300_000, ENTRIES = 131072;
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const PROOF = "created,cryptosuite,proofPurpose,proofValue,type,verificationMethod";

// A file's JSON, when it was sent, and whether it is an old copy.
export async function fetchWhole(path) {
  const asked = { credentials: "omit", mode: "same-origin" };
  let isKept = false;
  const answer = await fetch(path, { ...asked, signal: AbortSignal.timeout(PATIENCE) }).catch(() => {
    isKept = true;
    return fetch(path, { ...asked, cache: "only-if-cached" });
  });
  if (!answer.ok) throw new Error(path);
  isKept ||= answer.headers.has("X-Kept");
  return { file: await answer.json(), sent: new Date(answer.headers.get("Date")), isKept };
}

// The issuer's file at `place`; throws unless it is that file under the issuer's seal.
export async function fetchFile(issuer, place, now, fetched = fetchWhole) {
  const found = await fetched(new URL(issuer.base).pathname + place);
  const { file } = found;
  const key = await sealing(file, issuer.keys).catch(() => null);
  found.isOurs = file.id === issuer.base + place && file.issuer === issuer.did && key &&
    !key.revoked && !key.flaw && Date.parse(file.validFrom) <= now + SKEW;
  found.isOver = !(now <= Date.parse(file.validUntil));
  return found;
}

// Why the key could not seal then (milliseconds), or nothing.
export function flawOf({ activated, retired, revoked }, time) {
  if (!(Date.parse(activated) <= time)) return "key_not_yet";
  if (revoked && !(time < Date.parse(revoked))) return "key_revoked";
  return retired && !(time <= Date.parse(retired)) ? "key_retired" : "";
}

export async function isRevoked({ credentialSubject: list }, index) {
  const packed = new Blob([fromBase64(list.encodedList.slice(1))]);
  const unpacked = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  const bits = new Uint8Array(await new Response(unpacked).arrayBuffer());
  if (list.statusPurpose !== "revocation" || bits.length !== ENTRIES / 8 || index >= ENTRIES) throw new Error("list");
  return Boolean((bits[index >> 3] >> (7 - (index & 7))) & 1);
}

// A serial's 80 bits as they are printed, with the Luhn mod 32 check character.
export function printed(bits) {
  const values = Array.from({ length: 16 }, (_, i) => Number((bits >> BigInt(75 - 5 * i)) & 31n));
  const sum = values.reduce((total, value, i) => {
    const doubled = value * (i % 2 ? 2 : 1);
    return total + (doubled >> 5) + (doubled & 31);
  }, 0);
  return [...values, (32 - (sum % 32)) % 32].map((value) => LETTERS[value]).join("").replace(/.{4}/g, "$&-");
}

export const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

// The proof eddsa-jcs-2022: over the hash of its options, then that of the document.
// The key whose proof holds, with its flaw, or null.
export async function sealing({ proof: proofs, ...document }, keys) {
  const ours = [proofs].flat().filter((proof) => proof.cryptosuite === "eddsa-jcs-2022");
  const [{ proofValue, ...options }] = ours, { "@context": context, ...rest } = ours[0];
  const key = keys.find(({ id, purpose }) => id === options.verificationMethod && purpose === "credential");
  if (
    !key || ours.length !== 1 ||
    options.type !== "DataIntegrityProof" || options.proofPurpose !== "assertionMethod" ||
    String(Object.keys(rest).sort()) !== PROOF || canonical(context) !== canonical(document["@context"])
  ) return null;
  const hashed = [...(await sha256(canonical(options))), ...(await sha256(canonical(document)))];
  const number = [...proofValue.slice(1)].reduce((sum, letter) => sum * 58n + BigInt(BASE58.indexOf(letter)), 0n);
  const signature = number.toString(16).padStart(128, "0").match(/../g).map((pair) => parseInt(pair, 16));
  const opened = await crypto.subtle.importKey("raw", fromBase64(key.publicKey), "Ed25519", false, ["verify"]);
  const holds = await crypto.subtle.verify("Ed25519", opened, Uint8Array.from(signature), Uint8Array.from(hashed));
  return holds ? { ...key, flaw: flawOf(key, Date.parse(options.created)) } : null;
}

// RFC 8785, whose order of members, texts and numbers are those of ECMAScript.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

const sha256 = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
