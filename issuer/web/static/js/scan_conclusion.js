// What a code amounts to, in words and texts; of what no known key has sealed, nothing.

const STATED = { in_force: "valid", list_kept: "as_of", list_kept_long: "as_of" };
const say = (...words) => ({ words });

export function concluding({ decode, holds }, published) {
  const { fetchWhole, flawOf, fromBase64, printed } = published;
  return (digits, issuersPath, now) => conclude(digits, issuersPath, now).catch(() => say("unknown", "not_fetched"));

  async function conclude(digits, issuersPath, now) {
    let proof, isGood;
    try { proof = decode(digits); } catch { return say("not_valid", "unreadable"); }
    const known = await fetchWhole(issuersPath);
    const pairs = known.file.issuers.flatMap((issuer) => issuer.keys.map((key) => ({ issuer, key })))
      .filter(({ key }) => key.purpose === "compact" && key.id.endsWith(`-${proof.kid}`));
    if (pairs.length !== 1) return say("unknown", "unknown_key");
    const [{ issuer, key }] = pairs, issued = proof.issued * 1000;
    try { isGood = await holds(proof, fromBase64(key.publicKey)); } catch { return say("old_browser"); }
    const flaw = isGood ? flawOf(key, issued) : "altered";
    if (flaw) return say("not_valid", flaw);
    const { list, index, until, name, units } = proof, dates = { issued, until: until === null ? null : until * 1000 };
    const found = await standing(published)(issuer, { list, index, ...dates }, now, known.isKept);
    found.words.push(units.length ? "units" : "without_units");
    Object.assign(found.texts, { serial: printed(BigInt("0x" + proof.serial)), name });
    found.units = units.map(([short, identified, total]) => {
      const code = typeof short === "number" ? `tutkinnonosat_${short}` : short;
      return { code, identified, total, name: found.names[code] ?? {} };
    });
    return found;
  }
}

// Where a sealed certificate stands now: its dates, and its place in its issuer's list.
export const standing = ({ fetchFile, isRevoked }) => async (issuer, { list: number, index, issued, until }, now, isKept) => {
  const fetched = (place) => fetchFile(issuer, place, now).catch(() => null);
  const [list, successors, names] = await Promise.all(
    [`/status/${number}`, `/successors/${number}`, "/units"].map(fetched));
  const successor = successors?.isOurs && successors.file.content[index];
  let status = await statusOf();
  if (status === "revoked" && successor) status = "superseded";
  const failed = [];
  if (issued > now + 300_000) failed.push("ahead");
  if (until !== null && until < now) failed.push("past");
  const dates = failed.length ? "" : "in_date";
  if (status === "revoked" || status === "superseded") failed.push(status);
  return {
    words: [...failed.length ? ["not_valid", ...failed] : [STATED[status] ?? "seal_only"], "sealed", status,
      status.startsWith("list") ? "status_open" : "", dates, until === null ? "" : "until"],
    texts: { issuer: issuer.name, host: new URL(issuer.base).host, business_id: issuer.businessId,
      successor: status === "superseded" ? successor : "" },
    times: { issued, until, list: list?.sent, list_end: list && Date.parse(list.file.validUntil) },
    names: names?.isOurs ? names.file.content : {},
  };

  async function statusOf() {
    if (number === 0) return "list_absent";
    if (!list) return "list_missing";
    if (!list.isOurs) return "list_unsealed";
    try {
      if (await isRevoked(list.file, index)) return "revoked";
    } catch { return "list_unreadable"; }
    if (list.isOver) return list.isKept ? "list_kept_long" : "list_old";
    return list.isKept || isKept ? "list_kept" : "in_force";
  }
};
