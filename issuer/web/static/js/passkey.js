// Passkeys: asks this browser to make or to use one, and sends what it answers with the
// page's own form. Without this module, or without passkeys, the page says what to do.

const able = window.isSecureContext && window.PublicKeyCredential && navigator.credentials;

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  for (const note of document.querySelectorAll("[data-without-passkey]")) note.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}

async function ask(form) {
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  show(form, "");
  try {
    const answered = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
    if (!answered.ok) throw new Error(answered.status);
    const options = await answered.json();
    const credential = form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey: creation(options) })
      : await navigator.credentials.get({ publicKey: request(options) });
    form.elements.answer.value = JSON.stringify(written(credential));
    form.submit();
  } catch (error) {
    button.disabled = false;
    show(form, TROUBLES[error.name] ?? "failed");
  }
}

const TROUBLES = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };

function show(form, trouble) {
  for (const told of form.querySelectorAll("[data-trouble]")) told.hidden = told.dataset.trouble !== trouble;
}

// Older browsers lack the JSON forms of WebAuthn Level 3; these few lines stand in.
function creation(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const user = { ...options.user, id: bytes(options.user.id) };
  return { ...options, user, challenge: bytes(options.challenge), excludeCredentials: described(options.excludeCredentials) };
}

function request(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ...options, challenge: bytes(options.challenge), allowCredentials: described(options.allowCredentials) };
}

function written(credential) {
  if (credential.toJSON) return credential.toJSON();
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {}, response };
}

function described(credentials = []) {
  return credentials.map((each) => ({ ...each, id: bytes(each.id) }));
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
