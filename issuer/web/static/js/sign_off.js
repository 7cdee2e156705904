// Signs a check page with this person's passkey. The challenge is a hash of what the page
// shows: its words, marks, remarks and declaration are read from here, not from an answer
// of the server, which hashes its own and accepts only the same. Without this module, or
// without passkeys, the form is sent as it is.

const form = document.querySelector("form[data-signing]");
const able = window.isSecureContext && window.PublicKeyCredential && navigator.credentials && crypto.subtle;
const plain = form?.querySelector("[data-plain]");
const TAG = "osaamisen-kuittaus/v1\0";
let busy = false;

if (form && able) {
  form.addEventListener("submit", (event) => {
    // Buttons that lead elsewhere, and the one that signs without a passkey.
    if (event.submitter?.hasAttribute("formaction") || plain.contains(event.submitter)) return;
    event.preventDefault();
    sign();
  });
  addEventListener("pageshow", () => { busy = false; });
}

async function sign() {
  if (busy) return;
  busy = true;
  show("");
  try {
    const { rpId, credentials } = JSON.parse(form.dataset.signing);
    const credential = await navigator.credentials.get({ publicKey: {
      challenge: await hash(utf8(TAG), utf8(canonical(await statement()))),
      rpId,
      allowCredentials: credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
      userVerification: "required",
      timeout: 120_000,
    } });
    form.elements.answer.value = JSON.stringify(written(credential));
    form.submit();
  } catch (error) {
    busy = false;
    show(error.name === "NotAllowedError" || error.name === "AbortError" ? "cancelled" : "failed");
  }
}

async function statement() {
  const offer = JSON.parse(form.dataset.signing), leaves = [];
  const rows = [...form.querySelectorAll("[data-mark]")].sort((a, b) => a.dataset.mark - b.dataset.mark);
  for (const row of rows) leaves.push(utf8(canonical(await mark(row, offer))));
  const declaration = { ...offer.statement.declaration, hash: await wordsHash(form.querySelector("[data-declaration]")) };
  return { ...offer.statement, declaration, n: leaves.length, root: hex(await root(leaves)) };
}

async function mark(row, offer) {
  const id = row.dataset.mark, remark = row.querySelector("[data-remark]");
  const leaf = {
    ...offer.marks[id],
    level: form.elements[`mark-${id}`].value,
    observed_on: form.elements.observed_on.value,
    words_hash: await wordsHash(row.querySelector("[data-words]")),
  };
  if (remark) leaf.comment_hash = hex(await hash(utf8(remark.textContent)));
  return leaf;
}

// RFC 9162, section 2.1: leaves and nodes are tagged apart.
async function root(leaves) {
  if (leaves.length === 1) return hash([0], leaves[0]);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return hash([1], await root(leaves.slice(0, half)), await root(leaves.slice(half)));
}

// RFC 8785 for objects of texts and whole numbers, as statements are.
function canonical(value) {
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

async function wordsHash(element) {
  return hex(await hash(utf8(element.textContent.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, ""))));
}

async function hash(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts.map((part) => Uint8Array.from(part))).arrayBuffer()));
}

function show(trouble) {
  for (const told of form.querySelectorAll("[data-trouble]")) told.hidden = told.dataset.trouble !== trouble;
  if (trouble) plain.hidden = false;
}

function written({ id, rawId, type, response }) {
  const { clientDataJSON, authenticatorData, signature } = response;
  const said = { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) };
  return { id, rawId: text(rawId), type, clientExtensionResults: {}, response: said };
}

function utf8(words) {
  return new TextEncoder().encode(words);
}

function hex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
