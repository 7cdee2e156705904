// jose alone, as a wallet would use it: a JWT against the issuer's JWK Set. The set
// stands where other verifiers have the DID document.
import {createLocalJWKSet, jwtVerify} from 'jose';
import {answerEach, readJob} from './jobs.mjs';

const {credentials, didDocument: jwks} = readJob();
const keySet = createLocalJWKSet(jwks);

await answerEach(credentials, async token => {
  const {payload, protectedHeader: {kid}} = await jwtVerify(token, keySet, {
    algorithms: ['ES256'], typ: 'vc+jwt', requiredClaims: ['iss', 'jti', 'sub', 'nbf']
  });
  const said = {
    iss: payload.issuer?.id, jti: payload.id, sub: payload.credentialSubject?.id
  };
  for(const [claim, value] of Object.entries(said)) {
    if(payload[claim] !== value) {
      return {verified: false, error: `${claim} is not the credential's`};
    }
  }
  return kid.split('#')[0] === payload.iss
    ? {verified: true} : {verified: false, error: 'Another issuer\'s key'};
});
