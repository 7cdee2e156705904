// What a credential as JSON or JWT amounts to, checked in this browser. JSON by its proof
// eddsa-jcs-2022, which covers every member; a JWT by ES256 (docs/reference/credential-format.md).

const CLAIMS = ["iss", "jti", "sub", "nbf", "exp"];

export function checking({ readFile, parseJson }, { concluding, standing }, code, published) {
  const { fetchWhole, flawOf, fromBase64, printed, sealing } = published, say = (...words) => ({ words });
  const conclude = concluding(code, published), stand = standing(published);

  return async (blob, issuersPath, now) => {
    try {
      const { form, text, holder } = await readFile(blob);
      const found = form === "digits" ? await conclude(text, issuersPath, now) : await check(form, text, issuersPath, now);
      return { ...found, holder };
    } catch (error) {
      if (error.word) return say("not_checked", error.word);
      return error.name === "NotSupportedError" ? say("old_browser") : say("unknown", "not_fetched");
    }
  };

  async function check(form, text, issuersPath, now) {
    const jwt = form === "jwt" ? opened(text) : null, document = form === "jwt" ? jwt?.document : parseJson(text);
    if (!isCredential(document)) return say("not_checked", "no_certificate");
    const known = await fetchWhole(issuersPath), named = document.issuer.id ?? document.issuer;
    const issuer = known.file.issuers.find(({ did }) => did === named);
    if (!issuer) return { ...say("unknown", "unknown_issuer"), texts: { issuer: String(named).slice(0, 200) } };
    const key = await (jwt ? signing(jwt, issuer) : sealing(document, issuer.keys).catch(() => null));
    if (!key) return say("not_valid", ownsKey(jwt, document, issuer) ? "altered" : "key_not_theirs");
    if (key.flaw) return say("not_valid", key.flaw);
    const entry = placeOf(document, issuer), serial = serialOf(document, issuer);
    if (!entry || !serial) return say("not_valid", "inconsistent");
    const sealed = (jwt ? [document] : [document.proof].flat()).map(({ created }) => Date.parse(created ?? document.validFrom));
    const issued = Math.max(Date.parse(document.validFrom), ...sealed);
    const until = "validUntil" in document ? Date.parse(document.validUntil) : null;
    if (Number.isNaN(issued) || Number.isNaN(until)) return say("not_valid", "inconsistent");
    const found = await stand(issuer, { ...entry, issued, until }, now, known.isKept);
    found.words.push("whole_text", "units");
    Object.assign(found.texts, { serial, name: nameOf(document) });
    return { ...found, units: unitsOf(document), document };
  }

  function opened(text) {
    const [head, body, end] = text.split(".").map(strict);
    const header = parseJson(head.text), { ...payload } = parseJson(body.text);
    const isOurs = header.alg === "ES256" && header.typ === "vc+jwt" && header.cty === "vc" && Object.keys(header).length === 4;
    const document = Object.fromEntries(Object.entries(payload).filter(([name]) => !CLAIMS.includes(name)));
    if (!isOurs || "vc" in payload || "proof" in payload || !isCredential(document)) return undefined;
    const expected = { iss: document.issuer.id, jti: document.id, sub: document.credentialSubject?.id,
      nbf: Date.parse(document.validFrom) / 1000, exp: "validUntil" in document ? Date.parse(document.validUntil) / 1000 : undefined };
    if (CLAIMS.some((name) => payload[name] !== expected[name])) return undefined;
    return { document, kid: header.kid, signature: end.bytes, signed: text.slice(0, text.lastIndexOf(".")) };
  }

  // One text stands for one value: base64url that could be written otherwise is refused.
  function strict(part) {
    try {
      const bytes = fromBase64(part), again = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      if (again.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") !== part) throw new Error(part);
      return { bytes, get text() { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } };
    } catch { throw Object.assign(new Error("base64"), { word: "broken" }); }
  }

  async function signing({ document, kid, signature, signed }, issuer) {
    const key = issuer.keys.find(({ id, purpose }) => id === kid && purpose === "jwt");
    if (!key || signature.length !== 64) return null;
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const ready = await crypto.subtle.importKey("raw", fromBase64(key.publicKey), algorithm, false, ["verify"]);
    const holds = await crypto.subtle.verify(algorithm, ready, signature, new TextEncoder().encode(signed));
    return holds ? { ...key, flaw: flawOf(key, Date.parse(document.validFrom)) } : null;
  }

  function ownsKey(jwt, { proof }, { keys }) {
    const named = jwt ? [jwt.kid] : [proof].flat().map((each) => each?.verificationMethod);
    return named.every((id) => keys.some((key) => key.id === id && key.purpose === (jwt ? "jwt" : "credential")));
  }

  function serialOf({ id }, { base }) {
    const own = `${base.slice(0, base.lastIndexOf("/org/"))}/v/`, serial = id.startsWith(own) ? id.slice(own.length) : "";
    if (!/^([0-9A-Z]{4}-){4}[0-9A-Z]$/.test(serial)) return "";
    const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", body = serial.replace(/-/g, "").slice(0, 16);
    const bits = [...body].reduce((sum, letter) => sum * 32n + BigInt(LETTERS.indexOf(letter)), 0n);
    return printed(bits) === serial ? serial : "";
  }
}

function placeOf({ credentialStatus: entry }, { base }) {
  if (entry === undefined) return { list: 0, index: 0 };
  const { id, type, statusPurpose, statusListIndex: index, statusListCredential: url } = entry ?? {};
  const number = new RegExp("^/status/([1-9][0-9]{0,8})$").exec(String(url).replace(base, ""))?.[1];
  const isOurs = type === "BitstringStatusListEntry" && statusPurpose === "revocation" &&
    /^(0|[1-9][0-9]{0,5})$/.test(index) && url === `${base}/status/${number}` && id === `${url}#${index}`;
  return isOurs ? { list: Number(number), index: Number(index) } : null;
}

function isCredential(document) {
  const types = [document?.type].flat();
  return types.includes("VerifiableCredential") && typeof document.id === "string" && Boolean(document.issuer);
}

function nameOf({ credentialSubject: subject }) {
  const names = [subject?.identifier].flat().filter((each) => each?.identityType === "name");
  return names.length === 1 ? String(names[0].identityHash) : "";
}

function unitsOf({ credentialSubject: { result = [], achievement = {} } }) {
  return result.filter(({ value }) => /^\d+\/\d+$/.test(value)).map(({ value, alignment: [unit] }) => {
    const [identified, total] = value.split("/").map(Number);
    return { code: unit.targetCode, identified, total, name: { [achievement.inLanguage]: unit.targetName } };
  });
}
