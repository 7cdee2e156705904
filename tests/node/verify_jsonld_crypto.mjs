// No credential library: jsonld (RDFC-1.0, safe mode) or canonicalize (RFC 8785), and
// Node's own Ed25519, step by step as VC-DI-EDDSA 3.2 and 3.3 write them. A compact
// JWT is judged by jose. Every proof of a set must hold.
import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import canonicalize from 'canonicalize';
import jsonld from 'jsonld';
import {compactVerify, decodeProtectedHeader, importJWK} from 'jose';
import {base58} from './base58.mjs';
import {answerEach, dereference, readJob} from './jobs.mjs';

const {credentials, didDocument, known} = readJob();
const ED25519_MULTICODEC = Buffer.from([0xed, 0x01]);
const CANONICAL = {'eddsa-rdfc-2022': rdfc, 'eddsa-jcs-2022': jcs};

async function documentLoader(url) {
  if(!known.has(url)) {
    throw new Error(`Not in the job, and nothing is fetched: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: known.get(url)};
}

async function rdfc(document) {
  return jsonld.canonize(document, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', base: null,
    documentLoader, safe: true
  });
}

async function jcs(document) {
  return canonicalize(document);
}

const sha256 = text => createHash('sha256').update(text, 'utf8').digest();

function requireThat(holds, what) {
  if(!holds) {
    throw new Error(what);
  }
}

function keyMaterial(url, issuer) {
  requireThat(issuer === didDocument.id, `The DID document is not of ${issuer}`);
  requireThat(
    didDocument.assertionMethod?.includes(url), `${url} may not sign assertions`);
  return dereference(url, didDocument);
}

function ed25519(multibase) {
  const bytes = base58(multibase);
  requireThat(bytes.subarray(0, 2).equals(ED25519_MULTICODEC), 'Not an Ed25519 key');
  return createPublicKey({
    format: 'jwk',
    key: {kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(2).toString('base64url')}
  });
}

async function checkProof(proof, unsecured, issuer) {
  requireThat(proof.type === 'DataIntegrityProof', `Proof of type ${proof.type}`);
  requireThat(proof.proofPurpose === 'assertionMethod', 'Not an assertion');
  const canonical = CANONICAL[proof.cryptosuite];
  requireThat(canonical, `Cryptosuite ${proof.cryptosuite}`);
  const {proofValue, ...options} = proof;
  if(canonical === rdfc) {
    options['@context'] = unsecured['@context'];
  } else if(options['@context']) {
    requireThat(
      canonicalize(options['@context']) === canonicalize(unsecured['@context']),
      'The proof names other contexts than the document');
  }
  const method = keyMaterial(proof.verificationMethod, issuer);
  const data = Buffer.concat(
    [sha256(await canonical(options)), sha256(await canonical(unsecured))]);
  requireThat(
    verifySignature(null, data, ed25519(method.publicKeyMultibase), base58(proofValue)),
    `Wrong signature (${proof.cryptosuite})`);
}

function checkTimes({validFrom, validUntil}) {
  const now = Date.now();
  requireThat(validFrom === undefined || Date.parse(validFrom) <= now, 'Not yet valid');
  requireThat(validUntil === undefined || now <= Date.parse(validUntil), 'Expired');
}

async function verifyEmbedded({proof, ...unsecured}) {
  const proofs = [proof].flat().filter(Boolean);
  requireThat(proofs.length > 0, 'No proof');
  for(const each of proofs) {
    await checkProof(each, unsecured, unsecured.issuer?.id ?? unsecured.issuer);
  }
  checkTimes(unsecured);
}

async function verifyCompact(token) {
  const {alg, kid} = decodeProtectedHeader(token);
  requireThat(['EdDSA', 'Ed25519', 'ES256'].includes(alg), `Algorithm ${alg}`);
  const method = keyMaterial(kid, kid.split('#')[0]);
  const key = method.publicKeyJwk
    ? await importJWK(method.publicKeyJwk, alg) : ed25519(method.publicKeyMultibase);
  const {payload} = await compactVerify(token, key);
  const credential = JSON.parse(new TextDecoder().decode(payload));
  requireThat(
    (credential.issuer?.id ?? credential.issuer) === didDocument.id, 'Another issuer');
  checkTimes(credential);
}

await answerEach(credentials, async credential => {
  await (typeof credential === 'string' ? verifyCompact : verifyEmbedded)(credential);
  return {verified: true};
});
