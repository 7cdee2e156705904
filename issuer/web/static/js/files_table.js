// The table of many files and its CSV, and the words that one certificate sealed.

const COLUMNS = ["file", "verdict", "why", "name", "serial", "units", "issuer", "issued"];
const OUTCOME = { valid: "passed", not_valid: "failed" };

export function fillTable(table, link, rows) {
  table.tBodies[0].replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    for (const column of COLUMNS) {
      const cell = element(column === "file" ? "th" : "td", column === "verdict" ? "" : row[column]);
      if (column === "file") cell.scope = "row";
      if (column === "verdict") cell.append(Object.assign(element("span", row.verdict), { className: `outcome ${OUTCOME[row.words[0]] ?? "unknown"}` }));
      line.append(cell);
    }
    return line;
  }));
  const head = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const lines = [head, ...rows.map((row) => COLUMNS.map((column) => row[column]))].map((cells) => cells.map(quoted).join(";"));
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
}

// What a spreadsheet would take for a formula is made text.
function quoted(text) {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${plain.replace(/"/g, '""')}"`;
}

export function writeText(place, credential, written) {
  const day = (text) => written(Date.parse(text), { day: "numeric", month: "numeric", year: "numeric" });
  const { credentialSubject: subject, evidence = [] } = credential, { achievement } = subject, { dataset } = place;
  const units = achievement.alignment.filter(({ targetType }) => targetType === "CFItem");
  const parts = subject.identifier.map(({ identityType, identityHash }) =>
    identityType === "name" ? element("h3", identityHash) : element("p", `${dataset.born}: ${identityHash}`));
  parts.push(element("p", credential.name), element("p", achievement.name));
  parts.push(element("p", `${dataset.period}: ${day(subject.activityStartDate)}–${day(subject.activityEndDate)}`));
  parts.push(element("h3", dataset.units));
  for (const unit of units) {
    const counted = (subject.result ?? []).find(({ value, alignment: [of] }) => value && of.targetName === unit.targetName);
    parts.push(element("p", [unit.targetName, unit.targetCode, counted?.value].filter(Boolean).join(" · ")));
  }
  let area = "", list = null;
  for (const { targetType, targetName, targetDescription = "" } of achievement.alignment) {
    if (targetType === "CFItem") continue;
    if (!list || targetDescription !== area) parts.push(element("h4", targetDescription), list = element("ul"));
    area = targetDescription;
    list.append(element("li", targetName));
  }
  parts.push(element("p", subject.narrative), element("p", credential.description), element("p", achievement.description));
  parts.push(element("h3", dataset.evidence), ...evidence.flatMap(({ name, narrative }) => [element("h4", name), element("p", narrative)]));
  parts.push(element("h3", dataset.how), element("p", achievement.criteria?.narrative ?? ""));
  place.lang = achievement.inLanguage;
  place.replaceChildren(...parts);
}

function element(kind, text = "") {
  return Object.assign(document.createElement(kind), { textContent: text });
}
