"""Writes bodies.json: signed as in hmac_sha256.py, re-serialised by Python and node."""

import json
import subprocess
import unicodedata

from hmac_sha256 import HERE, TOKEN, sign


def state(value):
    return '{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"sent":' + value + "}}"


# What is sent for `sent`, and what a program on the way might make of it that none of those below does.
VALUES = {
    "a float without a fraction": ("1.0", "1", "1.00", "true"),
    "a negative float without a fraction": ("-1.0",),
    "a trailing zero": ("1.10",),
    "an exponent": ("1e2", "1E2", "1e+2"),
    "an exponent in capitals with a sign": ("1E+2",),
    "an exponent of two digits": ("1e02",),
    "a large exponent": ("1e21", "1e+21", "1000000000000000000000"),
    "a small exponent": ("1e-7", "0.0000001"),
    "a number beyond f64": ("1e999", "Infinity", "null"),
    "a number below f64": ("1e-999", "0"),
    "the least f64": ("5e-324", "4.9E-324"),
    "minus zero": ("-0", "0"),
    "minus zero as a float": ("-0.0", "0.0", "-0"),
    "thirty digits": ("0.100000000000000000000000000001", "0.1"),
    "an integer beyond 2^53": ("9007199254740993", "9007199254740992"),
    "an integer beyond u64": ("123456789012345678901234567890", "1.2345678901234568e29"),
    "a letter": ('"é"', '"\\u00e9"'),
    "a letter, escaped": ('"\\u00e9"', '"é"'),
    "a letter, escaped in capitals": ('"\\u00E9"', '"\\u00e9"'),
    "a letter and a combining accent": ('"e\u0301"', '"é"'),
    "a plain letter, escaped": ('"\\u0061"',),
    "a slash, escaped": ('"a\\/b"', '"a/b"'),
    "a slash": ('"a/b"', '"a\\/b"'),
    "a line separator": ('"\u2028"', '"\\u2028"', '"\\n"'),
    "a line separator, escaped": ('"\\u2028"', '"\u2028"'),
    "markup": ('"<b>&</b>"', '"\\u003cb\\u003e\\u0026\\u003c/b\\u003e"', '"&lt;b&gt;&amp;&lt;/b&gt;"'),
    "markup, escaped": ('"\\u003cb\\u003e"',),
    "control characters by name": ('"\\b\\f\\n\\r\\t"', '"\\u0008\\u000c\\u000a\\u000d\\u0009"'),
    "control characters by number": ('"\\u0008\\u000C\\u000a\\u000D\\u0009\\u0000"',),
    "the character DEL": ('"\x7f"', '"\\u007f"', '""'),
    "a pair of surrogates": ('"\\ud83d\\ude00"', '"😀"', '"\\uD83D\\uDE00"'),
    "a character beyond the first plane": ('"😀"', '"\\ud83d\\ude00"', '"??"'),
    "half a pair of surrogates": ('"\\ud800"', '"\ufffd"', '"?"'),
    "the other half": ('"\\udc00"', '"\ufffd"'),
    "two halves in the wrong order": ('"\\udc00\\ud800"', '"\ufffd\ufffd"'),
    "a byte order mark in a string": ('"\ufeffa"', '"\\ufeffa"', '"a"'),
    "white space in a string": ('" a\u00a0 b "', '" a  b "', '"a b"'),
    "keys that repeat": ('{"a":1,"a":2}', '{"a":2}', '{"a":1}', '{"a":[1,2]}'),
    "objects that repeat": ('{"a":{"b":1},"a":{"c":2}}', '{"a":{"b":1,"c":2}}'),
    "keys like integers": ('{"b":1,"10":2,"9":3,"01":4,"-1":5,"1":6}',),
    "keys in no order": ('{"b":1,"a":2,"B":3}', '{"B":3,"a":2,"b":1}'),
    "an empty key": ('{"":1}', "{}"),
    "a key, escaped": ('{"\\u0061":1}',),
    "a key with half a pair of surrogates": ('{"\\ud800":1}', '{"\ufffd":1}'),
    "keys of prototypes": (
        '{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}},"toString":3}',
        '{"constructor":{"prototype":{"b":2}},"toString":3}',
        '{"a":1}',
    ),
    "spaces inside": ('{ "a" : [ 1 , 2 ] }',),
    "space in what is empty": ('{"a":[ ],"b":{ }}',),
    "tabs": ('{\t"a":\t1\t}',),
    "line breaks": ('{\n  "a": 1\n}',),
    "line breaks of two characters": ('{\r\n  "a": 1\r\n}', '{\n  "a": 1\n}'),
    "nulls": ('{"a":null,"b":[null]}', '{"b":[]}', '{"b":[null]}'),
}

PLAIN = state("0")
BEFORE, BEHIND = PLAIN[:-3], PLAIN[-2:]
# The same for whole bodies; a list is of texts, and how often each stands there.
WHOLE = {
    "a line break behind": (PLAIN + "\n", PLAIN + "\r\n"),
    "a line break of two characters behind": (PLAIN + "\r\n", PLAIN + "\n"),
    "a line break before": ("\n" + PLAIN,),
    "white space around": (" \t\r\n" + PLAIN + " \t\r\n",),
    "nothing around": (PLAIN, PLAIN + "\n", " " + PLAIN, "\ufeff" + PLAIN, PLAIN + "\0", PLAIN * 2, ""),
    "deep lists": (
        [[BEFORE, 1], ["[", 100000], ["]", 100000], [BEHIND, 1]],
        [[BEFORE, 1], ["[", 99999], ["]", 99999], [BEHIND, 1]],
        state("null"),
    ),
    "deep objects": (
        [[BEFORE, 1], ['{"a":', 50000], ["0", 1], ["}", 50000], [BEHIND, 1]],
        [[BEFORE, 1], ['{"a": ', 50000], ["0", 1], ["}", 50000], [BEHIND, 1]],
        state("null"),
    ),
}
# Signed, but no JSON.
NOT_JSON = {
    "a byte order mark": ("\ufeff" + PLAIN,),
    "a zero byte behind": (PLAIN + "\0", PLAIN),
    "a number without a fraction": (state("1."), state("1.0"), state("1")),
    "a number that is none": (state("NaN"), state("null")),
    "two bodies": (PLAIN + PLAIN, PLAIN, PLAIN + "\n" + PLAIN),
}


def text_of(body):
    return body if isinstance(body, str) else "".join(text * times for text, times in body)


def by_node(bodies):
    program = """
        const once = (it) => { try { return JSON.stringify(JSON.parse(it)); } catch { return null; } };
        console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0)).map(once)));
    """
    command, sent = ["node", "-e", program], json.dumps(bodies).encode()
    return json.loads(subprocess.run(command, input=sent, stdout=subprocess.PIPE, check=True).stdout)


def by_python(body):
    try:
        value = json.loads(body)
        texts = [
            json.dumps(value),
            json.dumps(value, separators=(",", ":"), ensure_ascii=False),
            json.dumps(value, separators=(",", ":"), sort_keys=True),
        ]
    except (ValueError, RecursionError):
        return []
    # Half a pair of surrogates cannot be sent unescaped.
    return [it for it in texts if it.isascii() or it.encode("utf-8", "ignore").decode() == it]


def bodies():
    cases = [(name, 200, [state(it) for it in values]) for name, values in VALUES.items()]
    cases += [(name, 200, list(values)) for name, values in WHOLE.items()]
    cases += [(name, 400, list(values)) for name, values in NOT_JSON.items()]
    node = by_node([text_of(body) for _, _, (body, *_) in cases])
    rows = []
    for (name, status, (body, *others)), again in zip(cases, node):
        sent = text_of(body)
        others += [again, *by_python(sent)]
        if isinstance(body, str):
            others += [sent.strip(), sent.lstrip("\ufeff"), unicodedata.normalize("NFC", sent)]
        siblings = []
        for it in others:
            if it is not None and it not in siblings and text_of(it) != sent:
                siblings.append(it)
        tag = sign(TOKEN, sent.encode()).hex()
        row = {"name": name, "body": body, "signature": tag, "status": status, "siblings": siblings}
        rows.append(json.dumps(row))
    return "[\n" + ",\n".join(rows) + "\n]\n"


(HERE / "bodies.json").write_text(bodies())
