// What somebody's file holds: a credential as JSON or as a JWT, or the digits of a code.
// Bounded in every way; what is odd is refused by name: too_large, broken, ambiguous,
// without_credential. No page, script, link or pixel of a file is ever looked at.

const LARGEST_FILE = 20 * 2 ** 20, LARGEST_TEXT = 256 * 1024, DEEPEST = 20;
const PNG = "PNG\r\n\x1a\n", KEYWORD = "openbadgecredential\0";
const TOKEN = /"(?:[^"\\\u0000-\u001f]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

// { form: "json" | "jwt" | "digits", text, holder: "json" | "jwt" | "png" | "pdf" | "code" }
export async function readFile(blob) {
  if (blob.size > LARGEST_FILE) refuse("too_large");
  const bytes = new Uint8Array(await blob.arrayBuffer()), head = latin(bytes.subarray(0, 1024));
  if (head.trimStart().startsWith("%PDF-")) return told("pdf", await fromPdf(bytes));
  if (bytes[0] === 0x89 && head.startsWith(PNG, 1)) return told("png", fromPng(bytes));
  if (bytes.length > LARGEST_TEXT) refuse("too_large");
  return told("", bytes);
}

// A JSON value that every reader reads alike: no name twice, not deep, no odd number.
export function parseJson(text) {
  if (text.length > LARGEST_TEXT) refuse("too_large");
  const open = [];
  let before = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const names = open.at(-1), name = read(before);
      if (!names || names.has(name)) refuse("ambiguous");
      names.add(name);
    } else if (/^-?\d/.test(token) && !Number.isSafeInteger(Number(token))) refuse("broken");
    if (open.length > DEEPEST) refuse("broken");
    before = token;
  }
  return read(text);
}

function told(holder, bytes) {
  const text = utf8(bytes).trim(), digits = /^(?:https?:\/\/[^\s#]{1,200}\/q#)?([0-9]{100,2200})$/.exec(text);
  if (digits) return { form: "digits", text: digits[1], holder: "code" };
  const form = /^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(text) ? "jwt" : "json";
  return { form, text, holder: holder || form };
}

// The stream of every embedded file in every revision: two that differ are ambiguous.
async function fromPdf(bytes) {
  const file = latin(bytes), found = new Map();
  if (/\/Encrypt[\s/<]/.test(file)) refuse("broken");
  let tries = 0;
  for (const { index } of file.matchAll(/\/Type\s*\/EmbeddedFile[^\w]/g)) {
    if (++tries > 50) refuse("too_large");
    const starts = /stream\r?\n/g;
    starts.lastIndex = index;
    const begin = starts.exec(file), dictionary = file.slice(file.lastIndexOf(" obj", index), begin?.index);
    const end = file.indexOf("endstream", begin?.index);
    if (!begin || end < 0 || dictionary.length > 4096) refuse("broken");
    const filters = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(dictionary)?.[1].match(/\/\w+/g) ?? [];
    if (filters.some((filter) => filter !== "/FlateDecode") || filters.length > 1) continue;
    const start = begin.index + begin[0].length, length = /\/Length\s+(\d+)\b(?!\s+\d+\s+R)/.exec(dictionary)?.[1];
    const stop = length ? start + Number(length) : end - /\r?\n?$/.exec(file.slice(start, end))[0].length;
    if (!/^\s*endstream/.test(file.slice(stop, stop + 16))) refuse("broken");
    const raw = bytes.subarray(start, stop);
    const content = filters.length ? await inflated(raw) : raw;
    if (content && /^\s*(\{|ey)/.test(latin(content.subarray(0, 64)))) found.set(latin(content).trim(), content);
  }
  if (found.size > 1) refuse("ambiguous");
  if (!found.size) refuse("without_credential");
  return [...found.values()][0];
}

async function inflated(raw) {
  const reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate")).getReader(), parts = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (size > LARGEST_TEXT) break;
    }
  } catch { refuse("broken"); }
  reader.cancel().catch(() => {});
  if (size > LARGEST_TEXT) refuse("too_large");
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function fromPng(bytes) {
  const found = [], view = new DataView(bytes.buffer);
  for (let at = 8; at < bytes.length;) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Infinity, end = at + 12 + length;
    if (end > bytes.length) refuse("broken");
    const kind = latin(bytes.subarray(at + 4, at + 8)), body = bytes.subarray(at + 8, end - 4);
    if (kind === "iTXt" && latin(body.subarray(0, KEYWORD.length)) === KEYWORD) found.push(body.subarray(KEYWORD.length));
    at = end;
  }
  if (found.length > 1) refuse("ambiguous");
  if (!found.length) refuse("without_credential");
  const [text] = found, language = text.indexOf(0, 2), translated = text.indexOf(0, language + 1);
  if (text[0] || text[1] || language < 0 || translated < 0) refuse("broken");
  return text.subarray(translated + 1);
}

function read(text) {
  try { return JSON.parse(text); } catch { return refuse("broken"); }
}

function utf8(bytes) {
  try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { return refuse("broken"); }
}

function refuse(word) {
  throw Object.assign(new Error(word), { word });
}

const latin = (bytes) => new TextDecoder("latin1").decode(bytes);
