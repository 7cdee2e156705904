"""Run by a Python of its own, where cwt and the cbor2 it needs are: reads a job from
standard input and answers with what cwt says of each COSE_Sign1 message.

    {"messages": ["hex", …], "key": "hex", "kid": "hex"}
    → [{"payload": "hex"} or {"error": "words"}, …]
"""

import json
import sys

import cwt

job = json.load(sys.stdin)
# Octet key pair, key id, EdDSA, may verify, Ed25519, x (RFC 9053 §7).
key = cwt.COSEKey.new(
    {
        1: 1,
        2: bytes.fromhex(job["kid"]),
        3: -8,
        4: [2],
        -1: 6,
        -2: bytes.fromhex(job["key"]),
    }
)
answers = []
for message in job["messages"]:
    try:
        payload = cwt.COSE.new(verify_kid=True).decode(bytes.fromhex(message), key)
        answers.append({"payload": payload.hex()})
    except (cwt.CWTError, ValueError, TypeError, OverflowError) as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
json.dump(answers, sys.stdout)
