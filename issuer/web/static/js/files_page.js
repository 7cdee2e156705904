// Starts the page that checks files: loads its modules and lets the device keep it.

const page = document.getElementById("files"), { dataset } = page;
const NAMES = ["compactProof", "issuerFiles", "scanConclusion", "speaking", "credentialFile", "credentialCheck", "files", "filesTable", "pageSeal"];
const [code, published, conclusion, { speaker, written }, reading, { checking }, { takeFiles }, table, { offerSeal }] =
  await Promise.all(NAMES.map((name) => import(dataset[name])));
const check = checking(reading, conclusion, code, published);
takeFiles(page, { check: (file) => check(file, dataset.issuers, Date.now()), show: speaker(page), written, ...table,
  remember: offerSeal(document.getElementById("page-seal")) });
const { keep } = await import(dataset.keeping);
keep(dataset.worker, dataset.scope, () => { document.getElementById("kept").hidden = false; }).catch(() => {});
