"""Writes hmac_sha256.json: by Python's hmac, and what is valid once more by openssl."""

import hashlib
import hmac
import json
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
TOKEN = b"8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f"


def mac(key, message, algorithm="sha256"):
    return hmac.digest(key, message, algorithm)


def by_openssl(key, message):
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"]
    return subprocess.run(command, input=message, stdout=subprocess.PIPE, check=True).stdout


def sign(key, message):
    tag = mac(key, message)
    assert tag == by_openssl(key, message)
    return tag


def key_of(length):
    return (TOKEN * 8)[:length]


def message_of(length):
    return bytes((151 * at + 7) % 256 for at in range(length))


def valid():
    def test(comment, key, message):
        return comment, key, message, sign(key, message), "valid"

    yield test("RFC 4231, test case 2", b"Jefe", b"what do ya want for nothing?")
    edges = [54, 55, 56, 57, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129]
    for length in [*range(5), 16, 31, 32, 33, *edges, 183, 184, 191, 192, 193, 255, 256, 257, 1000, 4096]:
        yield test(f"message of {length} bytes", TOKEN, message_of(length))
    for key in [1, 2, 15, 16, 31, 32, 33, 55, 56, 63, 64, 65, 66, 100, 127, 128, 129, 131, 256]:
        for message in [0, 1, 55, 56, 63, 64, 65, 127, 128, 129]:
            yield test(f"key of {key} bytes, message of {message}", key_of(key), message_of(message))
    marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    texts = ["é", "é" * 32, "漢" * 21 + "k", "é" * 32 + "k", "Zürich-é-漢-😀", "e\u0301", "two words", marks]
    for text in texts:
        yield test("key of other characters", text.encode(), b"{}")
    for byte in [0x00, 0x80, 0xff]:
        yield test(f"message of bytes {byte:02x}", TOKEN, bytes([byte]) * 64)


def changed(at, mask, tag):
    return tag[:at] + bytes([tag[at] ^ mask]) + tag[at + 1:]


def invalid():
    message = b'{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[]}}'
    key, tag = TOKEN, sign(TOKEN, message)
    zero, hash_of = bytes(1), lambda it: hashlib.sha256(it).digest()
    pads = [bytes(it ^ pad for it in key.ljust(64, zero)) for pad in (0x36, 0x5C)]
    whole, uuid = key_of(64), bytes.fromhex(key.replace(b"-", b"").decode())
    wrong = {
        "first bit flipped": changed(0, 0x80, tag),
        "last bit flipped": changed(31, 0x01, tag),
        **{f"byte {at} flipped": changed(at, 0xFF, tag) for at in range(32)},
        "every bit flipped": bytes(it ^ 0xFF for it in tag),
        "all bits 0": bytes(32),
        "all bits 1": b"\xff" * 32,
        "bytes in reverse": tag[::-1],
        "words in the other byte order": b"".join(tag[at:at + 4][::-1] for at in range(0, 32, 4)),
        "halves swapped": tag[16:] + tag[:16],
        "first half twice": tag[:16] * 2,
        "other half twice": tag[16:] * 2,
        "other half 0": tag[:16] + bytes(16),
        "first half 0": bytes(16) + tag[16:],
        "tag of the message and a zero byte": mac(key, message + zero),
        "tag of the message and a line break": mac(key, message + b"\n"),
        "tag of a byte order mark and the message": mac(key, b"\xef\xbb\xbf" + message),
        "tag of the message without its last byte": mac(key, message[:-1]),
        "tag of no message": mac(key, b""),
        "tag of the message in hexadecimal": mac(key, message.hex().encode()),
        "tag of the hash of the message": mac(key, hash_of(message)),
        "tag of the tag": mac(key, tag),
        "tag under the key and a space": mac(key + b" ", message),
        "tag under the key and a line break": mac(key + b"\n", message),
        "tag under the key in upper case": mac(key.upper(), message),
        "tag under the key without its last byte": mac(key[:-1], message),
        "tag under the key without hyphens": mac(key.replace(b"-", b""), message),
        "tag under the bytes of the UUID": mac(uuid, message),
        "tag under the hash of the key": mac(hash_of(key), message),
        "tag under no key": mac(b"", message),
        "key and message swapped": mac(message, key),
        "inner and outer padding swapped": hash_of(pads[0] + hash_of(pads[1] + message)),
        "inner hash alone": hash_of(pads[0] + message),
        "hash of the message": hash_of(message),
        "hash of key and message": hash_of(key + message),
        "hash of message and key": hash_of(message + key),
        "first half of HMAC-SHA512": mac(key, message, "sha512")[:32],
        "HMAC-SHA512/256": mac(key, message, "sha512_256"),
        "HMAC-SHA3-256": mac(key, message, "sha3_256"),
    }
    wrong.update({f"first {length} bytes of the tag": tag[:length] for length in range(32)})
    wrong.update({
        "last 31 bytes of the tag": tag[1:],
        "tag and a zero byte": tag + zero,
        "zero byte and tag": zero + tag,
        "tag and its first byte": tag + tag[:1],
        "tag and its first half": tag + tag[:16],
        "tag and 32 zero bytes": tag + bytes(32),
        "tag twice": tag * 2,
    })
    for algorithm in ["md5", "sha1", "sha224", "sha384", "sha512"]:
        wrong[f"HMAC-{algorithm.upper()}"] = mac(key, message, algorithm)
    for comment, it in wrong.items():
        yield comment, key, message, it, "invalid"
    # To keys shorter than a block, HMAC itself adds zero bytes.
    yield "tag under the key of a whole block and a zero byte", whole, message, mac(whole + zero, message), "invalid"


def hmac_sha256():
    groups = {}
    for test in [*valid(), *invalid()]:
        _, key, _, tag, _ = test
        groups.setdefault((8 * len(key), 8 * len(tag)), []).append(test)
    lines, number = [], 0
    for (key_size, tag_size), tests in sorted(groups.items()):
        rows = []
        for comment, key, message, tag, result in tests:
            number += 1
            row = {"tcId": number, "comment": comment}
            row |= {"key": key.hex(), "msg": message.hex(), "tag": tag.hex(), "result": result}
            rows.append(json.dumps(row))
        head = f'{{"type": "MacTest", "keySize": {key_size}, "tagSize": {tag_size}, "tests": ['
        lines.append(head + "\n" + ",\n".join(rows) + "\n]}")
    groups = ",\n".join(lines)
    return f'{{"algorithm": "HMACSHA256", "numberOfTests": {number}, "testGroups": [\n{groups}\n]}}\n'


if __name__ == "__main__":
    (HERE / "hmac_sha256.json").write_text(hmac_sha256())
