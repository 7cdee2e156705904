// Keeps the verifier and the issuers' whole files, for a place without a connection.
// The server writes before this what is KEPT: a version, the pages and the addresses.
// No address is kept as it was asked for: a fragment would name somebody's certificate.

const PAGES = `pages-${KEPT.version}`, FILES = "issuers";
const WHOLE_FILE = /^\/(issuers|org\/[^/]+\/(units|(status|successors)\/\d+))$/;
const PATIENCE = 5_000, DAY = 86_400_000;

addEventListener("install", (event) => event.waitUntil(keepPages().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(forgetOldPages().then(() => clients.claim())));
addEventListener("message", (event) => event.waitUntil(keepFiles()));
addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (KEPT.pages.includes(pathname) && !search) event.respondWith(newest(PAGES, pathname, {}));
  } else if (WHOLE_FILE.test(pathname)) event.respondWith(newest(FILES, pathname, { credentials: "omit" }));
  else if (KEPT.addresses.includes(pathname + search)) event.respondWith(kept(PAGES, pathname + search));
});

async function keepPages() {
  const cache = await caches.open(PAGES);
  await cache.addAll([...KEPT.pages, ...KEPT.addresses]);
}

async function forgetOldPages() {
  for (const name of await caches.keys()) {
    if (name !== PAGES && name !== FILES) await caches.delete(name);
  }
}

// Every file of every issuer: which of them somebody needed cannot be seen.
async function keepFiles() {
  const { issuers } = await (await newest(FILES, "/issuers", { credentials: "omit" })).json();
  const cache = await caches.open(FILES);
  for (const { base, lists } of issuers) {
    const at = new URL(base).pathname, places = [`${at}/units`];
    for (let list = 1; list <= lists; list++) places.push(`${at}/status/${list}`, `${at}/successors/${list}`);
    for (const place of places) {
      const old = await cache.match(place);
      const isNew = old && Date.now() - new Date(old.headers.get("Date")) < DAY / 2;
      if (!isNew) await newest(FILES, place, { credentials: "omit" }).catch(() => {});
    }
  }
  for (const client of await clients.matchAll()) client.postMessage("kept");
}

// From the network, asked anew; where that fails or lags, the last copy, marked as kept.
async function newest(name, address, asked) {
  const cache = await caches.open(name);
  const asking = fetch(address, { ...asked, cache: "no-cache" }).then(async (answer) => {
    if (answer.ok) await cache.put(address, answer.clone());
    return answer;
  });
  const old = await cache.match(address, { ignoreVary: true });
  if (!old) return asking;
  const lagging = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  const answer = await Promise.race([asking, lagging]).catch(() => null);
  if (answer && answer.status < 500) return answer;
  const headers = new Headers(old.headers);
  headers.set("X-Kept", "yes");
  return new Response(old.body, { status: old.status, headers });
}

async function kept(name, address) {
  const cache = await caches.open(name);
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(address);
}
