// @digitalbazaar/vc-bitstring-status-list, the implementation behind the W3C suite for
// status lists: it verifies the list as a credential of the same issuer and reads the
// bit. Revoked is no error for it, so here `verified` means: checked, and not revoked.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
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
  const result = await checkStatus({
    credential,
    documentLoader,
    suite: new DataIntegrityProof({cryptosuite}),
    verifyBitstringStatusListCredential: true,
    verifyMatchingIssuers: true
  });
  if(!result.verified) {
    return refused(result.error);
  }
  const [{status}] = result.results;
  return status ? {verified: false, error: 'revoked'} : {verified: true};
});
