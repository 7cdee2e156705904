// Base58btc behind a multibase `z`, as Multikey and proofValue write it.
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function base58(multibase) {
  if(typeof multibase !== 'string' || multibase[0] !== 'z') {
    throw new Error('Not base58btc');
  }
  const text = multibase.slice(1);
  let number = 0n;
  for(const character of text) {
    const digit = ALPHABET.indexOf(character);
    if(digit < 0) {
      throw new Error('Not base58btc');
    }
    number = number * 58n + BigInt(digit);
  }
  const hex = number === 0n ? '' : number.toString(16);
  const zeros = text.match(/^1*/)[0].length;
  return Buffer.concat([
    Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? '0' + hex : hex, 'hex')
  ]);
}
