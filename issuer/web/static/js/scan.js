// Checks the digits after the # in this browser; they leave the address bar and go nowhere.

export function start({ compact_proof: code, issuer_files: published, scan_conclusion: { concluding }, speaking, keeping }) {
  const page = document.getElementById("scan"), { issuers, worker } = page.dataset;
  const conclude = concluding(code, published), show = speaking.speaker(page);
  let digits = "";

  addEventListener("hashchange", readAddress);
  document.getElementById("again").addEventListener("click", check);
  for (const link of document.querySelectorAll(".languages a")) {
    // A fragment outlives the redirect back to this page, and no server sees it.
    link.addEventListener("click", () => { link.hash = digits; });
  }
  const kept = () => { document.getElementById("kept").hidden = false; };
  readAddress().then(() => keeping.keep(worker, location.pathname, kept)).catch(() => {});

  async function readAddress() {
    if (location.hash === "#main") return;
    digits = /^#[0-9]{100,}$/.test(location.hash) ? location.hash.slice(1) : "";
    history.replaceState(null, "", location.pathname);
    await check();
  }

  async function check() {
    const asked = digits;
    show({ words: ["checking"] });
    const found = asked ? await conclude(asked, issuers, Date.now()) : { words: ["no_code"] };
    if (asked === digits) show(found);
  }
}
