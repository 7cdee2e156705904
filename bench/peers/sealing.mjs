// @digitalbazaar/vc as a measured peer: one job on stdin (first line), then one order a
// line, one answer a line. Contexts are files that are given; nothing is fetched.
//
//   {contexts: {url: path}, did, seed: hex, documents: [...], created}
//   {do: "seal" | "verify", document: index, times: n}
//      -> {cpu: [ms...], wall: [ms...], secured: last one, peak: bytes}
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const root = process.argv[2];
const require = createRequire(pathToFileURL(`${root}/package.json`));
const load = name => import(pathToFileURL(require.resolve(name)));
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const Ed25519Multikey = await load('@digitalbazaar/ed25519-multikey');

let job;
let signer;
const known = new Map();

async function documentLoader(url) {
  const document = known.get(url);
  if(!document) {
    throw new Error(`Not in the job, and nothing is fetched: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

async function prepare(given) {
  job = given;
  for(const [url, path] of Object.entries(job.contexts)) {
    known.set(url, JSON.parse(readFileSync(path, 'utf8')));
  }
  const key = await Ed25519Multikey.from({...job.key, controller: job.did});
  signer = key.signer();
  const {publicKeyMultibase, id} = job.key;
  known.set(id, {
    '@context': 'https://w3id.org/security/multikey/v1',
    id, type: 'Multikey', controller: job.did, publicKeyMultibase
  });
  known.set(job.did, {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: job.did, assertionMethod: [id]
  });
}

async function seal(document) {
  const suite = new DataIntegrityProof({signer, cryptosuite, date: job.created});
  return vc.issue({credential: {...document}, suite, documentLoader});
}

async function verify(secured) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({
    credential: secured, suite, documentLoader, now: new Date(job.created),
    checkStatus: async () => ({verified: true})
  });
  if(!result.verified) {
    throw result.error;
  }
  return secured;
}

const sealed = [];

async function carryOut(order) {
  const {document, times} = order;
  const cpu = [];
  const wall = [];
  for(let n = 0; n < times; n++) {
    const began = performance.now();
    const used = process.cpuUsage();
    if(order.do === 'seal') {
      sealed[document] = await seal(job.documents[document]);
    } else {
      await verify(sealed[document]);
    }
    const {user, system} = process.cpuUsage(used);
    wall.push(performance.now() - began);
    cpu.push((user + system) / 1000);
  }
  const peak = process.resourceUsage().maxRSS * 1024;
  return {cpu, wall, secured: sealed[document], peak};
}

for await (const line of createInterface({input: process.stdin})) {
  const given = JSON.parse(line);
  const answer = given.do ? await carryOut(given) : await prepare(given);
  process.stdout.write(JSON.stringify(answer ?? {ready: true}) + '\n');
}
