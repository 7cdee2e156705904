// The frame of every verifier here: one JSON object on stdin, one JSON line per
// credential on stdout, in order. Nothing is fetched: what is not in the job is refused.
//
//   {credentials: [...], didDocument: {...},
//    contexts: {url: path of a file}, documents: {url: JSON of a status list}}
import {readFileSync} from 'node:fs';

export function readJob() {
  const job = JSON.parse(readFileSync(0, 'utf8'));
  const known = new Map(Object.entries(job.documents ?? {}));
  for(const [url, path] of Object.entries(job.contexts ?? {})) {
    known.set(url, JSON.parse(readFileSync(path, 'utf8')));
  }
  return {credentials: job.credentials, didDocument: job.didDocument, known};
}

export async function answerEach(credentials, verify) {
  for(const credential of credentials) {
    let verdict;
    try {
      verdict = await verify(credential);
    } catch(error) {
      verdict = refused(error);
    }
    process.stdout.write(JSON.stringify(verdict) + '\n');
  }
}

export function refused(error) {
  const reasons = [error, error.cause, ...(error.errors ?? [])]
    .filter(Boolean)
    .map(reason => reason.message ?? String(reason));
  return {verified: false, error: reasons.join(' | ') || 'refused without a reason'};
}

// The DID document itself, or the key that a DID URL with a fragment names.
export function dereference(url, didDocument) {
  if(url === didDocument.id) {
    return didDocument;
  }
  const method = (didDocument.verificationMethod ?? []).find(({id}) => id === url);
  return method && {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}
