// What the digits of a code amount to: words that choose what the page says, the texts for
// its places and the units. Nothing that no known key has sealed comes out of here.

export function concluding({ decode, holds }, { fetchFile, fetchWhole, flawOf, fromBase64, isRevoked, printed }) {
  const say = (...words) => ({ words });
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

    const fetched = (place) => fetchFile(issuer, place, now).catch(() => null);
    const [list, successors, names] = await Promise.all(
      [`/status/${proof.list}`, `/successors/${proof.list}`, "/units"].map(fetched));
    const serial = printed(BigInt("0x" + proof.serial));
    const successor = successors?.isOurs && successors.file.content[proof.index];
    let status = await statusOf(list, proof, known.isKept);
    if (status === "revoked" && successor) status = "superseded";
    const failed = [];
    if (issued > now + 300_000) failed.push("ahead");
    if (proof.until !== null && proof.until * 1000 < now) failed.push("past");
    const dates = failed.length ? "" : "in_date";
    if (status === "revoked" || status === "superseded") failed.push(status);
    const verdict = failed.length ? ["not_valid", ...failed] : status === "in_force" ? ["valid"] : ["seal_only"];
    return {
      words: [...verdict, "sealed", status, status.startsWith("list") ? "status_open" : "", dates,
        proof.until === null ? "" : "until", proof.units.length ? "units" : "without_units"],
      units: proof.units.map(([short, identified, total]) => {
        const code = typeof short === "number" ? `tutkinnonosat_${short}` : short;
        return { code, identified, total, name: (names?.isOurs && names.file.content[code]) || {} };
      }),
      texts: { serial, name: proof.name, issuer: issuer.name, host: new URL(issuer.base).host,
        business_id: issuer.businessId, successor: status === "superseded" ? successor : "" },
      times: { issued, until: proof.until * 1000, list: list?.sent, list_end: list && Date.parse(list.file.validUntil) },
    };
  }

  async function statusOf(list, { list: number, index }, isKept) {
    if (number === 0) return "list_absent";
    if (!list) return "list_missing";
    if (!list.isOurs) return "list_unsealed";
    try {
      if (await isRevoked(list.file, index)) return "revoked";
    } catch { return "list_unreadable"; }
    if (list.isOver) return "list_old";
    return list.isKept || isKept ? "list_kept" : "in_force";
  }
}
