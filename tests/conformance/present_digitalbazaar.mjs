// The holder's side, by @digitalbazaar/vc, as the W3C suites do it: issues the credential
// in the job with its own did:key, twice, presents both, and writes what it made.
//
//   node present_digitalbazaar.mjs <folder with node_modules>
//   {contexts: {url: definition}, key: {publicKeyMultibase, secretKeyMultibase},
//    credential, challenge, domain} -> {credential, presentation}
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {readFileSync} from 'node:fs';

const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const load = name => import(pathToFileURL(require.resolve(name)));
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const Ed25519Multikey = await load('@digitalbazaar/ed25519-multikey');

const job = JSON.parse(readFileSync(0, 'utf8'));
const controller = `did:key:${job.key.publicKeyMultibase}`;
const id = `${controller}#${job.key.publicKeyMultibase}`;
const key = await Ed25519Multikey.from({type: 'Multikey', id, controller, ...job.key});

async function documentLoader(url) {
  const definition = job.contexts[url];
  if(!definition) {
    throw new Error(`Not in the job, and nothing is fetched: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: {'@context': definition}};
}

const suite = () => new DataIntegrityProof({signer: key.signer(), cryptosuite});
const issue = given => vc.issue({
  credential: {...given, issuer: controller}, suite: suite(), documentLoader
});
const credential = await issue(job.credential);
const other = await issue({...job.credential, id: 'urn:uuid:2'});
const presentation = await vc.signPresentation({
  presentation: {
    '@context': [credential['@context'][0]],
    type: ['VerifiablePresentation'],
    holder: controller,
    verifiableCredential: [credential, other]
  },
  suite: suite(), documentLoader, challenge: job.challenge, domain: job.domain
});
process.stdout.write(JSON.stringify({credential, presentation}));
