// @digitalbazaar/vc: the implementation that the W3C test suites grew up with.
// It judges eddsa-rdfc-2022 and the shape of the credential; no packaged JCS suite
// exists, so a proof set is cut down to the proof it knows.
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {answerEach, dereference, readJob, refused} from './jobs.mjs';

const {credentials, didDocument, known} = readJob();

async function documentLoader(url) {
  const document = known.get(url) ?? dereference(url, didDocument);
  if(!document) {
    throw new Error(`Not in the job, and nothing is fetched: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

await answerEach(credentials, async credential => {
  const proofs = [credential.proof].flat();
  const proof = proofs.find(each => each?.cryptosuite === cryptosuite.name);
  const result = await vc.verifyCredential({
    credential: {...credential, proof: proof ?? credential.proof},
    suite: new DataIntegrityProof({cryptosuite}),
    documentLoader,
    // Whether it has been revoked since is another question, asked of the list.
    checkStatus: async () => ({verified: true})
  });
  return result.verified ? {verified: true} : refused(result.error);
});
