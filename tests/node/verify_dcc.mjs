// @digitalcredentials/verifier-core: what the Digital Credentials Consortium's wallet
// and verifier run. It takes no document loader, so `fetch` is replaced before it loads
// and answers from the job alone; what it prints goes to stderr.
import {answerEach, readJob} from './jobs.mjs';

const {credentials, didDocument, known} = readJob();
const didUrl = didWebUrl(didDocument.id);

globalThis.fetch = async input => {
  const url = String(input.url ?? input);
  const document = url === didUrl ? didDocument : known.get(url);
  return document
    ? Response.json(document) : new Response('Not in the job', {status: 404});
};
console.log = console.info = console.error;

const {verifyCredential} = await import('@digitalcredentials/verifier-core');

// did:web 3.2: colons part the path, a port's colon is %3A.
function didWebUrl(did) {
  const [host, ...path] = did.split(':').slice(2).map(decodeURIComponent);
  return `https://${[host, ...(path.length ? path : ['.well-known'])].join('/')}/did.json`;
}

await answerEach(credentials, async credential => {
  const {log, errors} = await verifyCredential({credential, knownDIDRegistries: []});
  if(errors) {
    const said = errors.map(each => [each.name, each.message, each.details?.event?.code]
      .filter(Boolean).join(': '));
    return {verified: false, error: said.join(' | ')};
  }
  const step = id => log.find(each => each.id === id);
  const failed = ['valid_signature', 'expiration'].filter(id => !step(id)?.valid);
  // The list is asked only when the job brings it.
  const list = credential.credentialStatus?.statusListCredential;
  if(known.has(list) && !step('revocation_status')?.valid) {
    failed.push('revocation_status');
  }
  return failed.length
    ? {verified: false, error: failed.join(' | ')} : {verified: true};
});
