// The browser's own reader of compact proofs, run by Node: the same file, WebCrypto and
// all. One JSON object on stdin, one JSON line for each of `digits` on stdout, in order.
//
//   {module: path of compact_proof.js, keys: {kid in hex: key in hex}, digits: [...]}
import {readFileSync} from 'node:fs';

const {module, keys, digits} = JSON.parse(readFileSync(0, 'utf8'));
// The file has no package.json beside it that would make it an ES module for Node.
const source = readFileSync(module, 'base64');
const {decode, holds} = await import(`data:text/javascript;base64,${source}`);

const hex = bytes => Buffer.from(bytes).toString('hex');

async function answer(each) {
  let proof;
  try {
    proof = decode(each);
  } catch(error) {
    return {verdict: 'refused', reason: error.message};
  }
  const {signed, signature, ...said} = proof;
  const key = keys[proof.kid];
  const verdict = key === undefined ? 'unknown'
    : await holds(proof, Buffer.from(key, 'hex')) ? 'holds' : 'broken';
  return {verdict, ...said, signed: hex(signed), signature: hex(signature)};
}

for(const each of digits) {
  const started = performance.now();
  const found = await answer(each);
  process.stdout.write(
    JSON.stringify({...found, took: performance.now() - started}) + '\n');
}
