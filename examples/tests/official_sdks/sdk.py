"""Smartcar's SDK for Python: answers each line, a call as a JSON list, with a line of JSON."""

import json
import sys

import smartcar

CALLS = {
    # The SDK hashes the body as it came.
    "body": lambda text: text,
    "written": lambda text: json.dumps(json.loads(text)),
    "hash": smartcar.hash_challenge,
    "verify": smartcar.verify_payload,
}

for line in sys.stdin.buffer:
    name, *arguments = json.loads(line)
    print(json.dumps(CALLS[name](*arguments)), flush=True)
