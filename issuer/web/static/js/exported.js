// Starts the verifier that is one file: what it would fetch elsewhere stands in it.

export function start({ compact_proof: code, issuer_files: own, scan_conclusion: conclusion, speaking, credential_file: reading, credential_check: { checking }, files, files_table: table }) {
  const page = document.getElementById("files"), kept = JSON.parse(document.getElementById("kept-files").textContent);
  const fetchWhole = async (path) => {
    if (!Object.hasOwn(kept.files, path)) throw new Error(path);
    return { file: kept.files[path], sent: new Date(kept.at), isKept: true };
  };
  const published = { ...own, fetchWhole, fetchFile: (issuer, place, now) => own.fetchFile(issuer, place, now, fetchWhole) };
  const check = checking(reading, conclusion, code, published), show = speaking.speaker(page);
  const one = (file) => check(file, "/issuers", Date.now());
  files.takeFiles(page, { check: one, show, written: speaking.written, ...table });
  const read = async (text) => {
    const found = await one(new Blob([text]));
    show({ ...found, words: [...found.words, "one", "not_pdf"] });
    scrollTo(0, 0);
  };
  document.getElementById("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    read(document.getElementById("code").value);
  });
  const readAddress = () => {
    const digits = /^#([0-9]{100,2200})$/.exec(location.hash)?.[1];
    if (digits) read(digits);
  };
  addEventListener("hashchange", readAddress);
  readAddress();
}
