//! JSON at its edges, after the categories of `JSONTestSuite`: what must be read, what must be refused, and what is left to us.

use std::time::{Duration, Instant};

use bytes::Bytes;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::payload::{Extra, RawJson};
use smartcar_webhook_core::{Delivery, ErrorKind};

/// Values that must be read, with white space between them.
const ACCEPTED: &str = r#"
    true false null
    0 -0 -1 7 123456789 0.0 -0.0 0.5 -0.5 123.456 123.456789012345678901234567890
    -0.000000000000000000000000000000000000000000000000000000000000000000001 0e1 0e+1 0E-1 1e1 1E1
    1e22 1E+2 1e-2 1E-2 20e1 123e45 123e65 123.456e78 1.0e+28 0e00 1e007
    "" "a" "'" "/" "a/*b*/c/*d//e" "{[,:]}" "null" "é" "π" "€𝄞" "😀"
    "\"\\\/\b\f\n\r\t" "\"" "\\" "\\\\" "\\a" "\\n" "\\u0000" "\u0000" "\u0012" "\u0020" "\u0022"
    "\u002c" "\u005C" "\u0060\u012a\u12AB" "\u00e9" "\u0821" "\u2064" "\uA66D" "\uFEFF" "\uFFFE"
    "\uFFFF" "\uFdD0" "\uD7FF\uE000" "\uD801\udc37" "\ud83d\ude39\ud83d\udc8d" "\uDBFF\uDFFF"
    "\uDBFF\uDFFE" "new\u000Aline"
    [] [[]] [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]] [""] [null] [1,null,null,null,2]
    {} {"a":[]} {"":0} {"a":"b","c":"d"} {"a":"b","a":"c"} {"a":"b","a":"b"} {"a":{"a":1},"a":2}
    {"a\u0000b":1} {"\u0061":1,"a":2} {"__proto__":{"constructor":1}}
"#;

/// Further ones, with white space or what is hard to see in them.
const ACCEPTED_TOO: &[&str] = &[
    r#"" ""#,
    r#""asd ""#,
    "\"\u{7f}\"",
    "\"a\u{7f}a\"",
    "\"\u{80}\"",
    "\"\u{a0}\"",
    "\"\u{2028}\u{2029}\"",
    "\"\u{200b}\u{2060}\"",
    "\"\u{feff}\"",
    "\"\u{fffd}\"",
    "\"\u{fffe}\u{ffff}\"",
    "\"\u{e000}\"",
    "\"\u{10ffff}\"",
    "\"e\u{301}\"",
    "[ ]",
    r#"[null, 1, "1", {}, false]"#,
    "[\n1\r\n,\t2 ]",
    "{ }",
    r#"{" ":{"":{"":null}}}"#,
    "{\n\"a\" : \"b\"\t}",
];

/// What is no value, and makes a body no JSON, with white space between.
const REFUSED: &str = r#"
    , : ] } ) * # & @ $a `1` \ \u0031 <null> ...
    nul nulll tru truee fals falsee True TRUE False NULL Null undefined None nil a
    +1 ++1 +Inf - --1 -a -.5 -01 -00 -1. -2.e3 -NaN -Infinity NaN nan Inf inf Infinity 00 01 012
    00.5 0. 0.e1 0.1.2 0.3e 0.3e+ 0e 0e+ 0E 0E+ .5 . .e1 .-1 1. 1.a 1.0e 1.0e- 1.0e+ 1_000 1eE2
    1e1.5 1e 1ea 1+2 1- 1a 1f 1n 9.e+ 0x 0x1 0x42 0b1 0o7 $1 1,5,
    " "a "\" ' 'a' a" "a""b"
    "\ "\x00" "\a" "\v" "\0" "\e" "\'" "\U0041" "\u" "\u1" "\u00A" "\u00" "\u{41}" "\u+041"
    "\uqqqq" "\ud800\" "\uD834\uDd" "\uD800\u1x"
    [ [1 [1, [1,] [,1] [,] [1,,2] [1]] [1} [1:2] [1;2] [3[4]]
    { {,} {"a" {"a": {"a":1 {"a":1,} {"a":1,,"b":2} {"a"::1} {"a":1;"b":2} {"a"} {"a",1} {:1}
    {1:1} {null:1} {[]:1} {a:1} {'a':1}
    {}# {}} {}a 1// 1/**/ /**/1 [1/*,2*/] --1 1; (1) x=1
"#;

/// Further ones, with white space or what is hard to see in them.
const REFUSED_TOO: &[&[u8]] = &[
    b"",
    b" ",
    b"<!-- -->",
    b"\0",
    b"\x0c",
    b"\x0b1",
    b"\x1a",
    b"\xc2\xa01",
    b"\xe2\x81\xa0",
    b"\xef\xbb\xbf",
    b"True false",
    b"true true",
    b"- 1",
    b"1 000",
    b"0\xe5",
    b"\xef\xbc\x91",
    b"\"a\" \"b\"",
    b"\xe2\x80\x9ca\xe2\x80\x9d",
    b"\"\0\"",
    b"\"a\0a\"",
    b"\"\t\"",
    b"\"\n\"",
    b"\"a\r\n\"",
    b"\"\x08\"",
    b"\"\x1b\"",
    b"\"\x1f\"",
    br#""\ ""#,
    br#""\u 041""#,
    b"\"\\\t\"",
    b"\"\\\0\"",
    b"\"\\\xf0\x9f\x8c\x80\"",
    b"[1 2]",
    b"[1,\n4\n,1,",
    br#"{"a" 1}"#,
    br#"{"a":1 "b":2}"#,
    b"{} {}",
    b"{}\0",
    b"[]\xc2\xa0",
    b"1//a\n",
    b"# a\n1",
    b"\xef\xbb\xbf1",
    b"\xef\xbb\xbf{}",
    b"1\xef\xbb\xbf",
    b"\xe2\x80\xa81",
];

/// Numbers that no type of ours holds and halves of surrogate pairs, which are no text.
///
/// The standard leaves them open: they are read, and kept as they are spelled.
const READ: &str = r#"
    1e999 -1e999 123123e100000 -123123e100000
    0.4e00669999999999999999999999999999999999999999999999999999999999999999999999969999999006
    123e-10000000 1e-999 -1e-999 100000000000000000000 -123123123123123123123123123123
    123123123123123123123123123123 0.1000000000000000055511151231257827021181583404541015625
    "\uD800" "\uDADA" "\uDd1ea" "\uD888\u1234" "\uD800\n" "\uD800abc" "\uDd1e\uD834"
    "\uDFAA\uD800\uD800"
"#;

/// What is not UTF-8, which the standard once left open: it is refused.
const NOT_READ: &[&[u8]] = &[
    // Not the first byte of anything.
    b"\"\xff\"",
    b"\"\xfe\xfe\xff\xff\"",
    b"\"\x80\"",
    b"\"\x81\"",
    b"\"\xbf\xbf\"",
    // Cut off.
    b"\"\xe9\"",
    b"\"\xe0\xff\"",
    b"\"\xe6\x97\xa5\xd1\x88\xfa\"",
    b"\"\xf0\x9f\x98\"",
    b"\"\xc3\"",
    // Longer than need be.
    b"\"\xc0\xaf\"",
    b"\"\xc0\x80\"",
    b"\"\xe0\x80\x80\"",
    b"\"\xf0\x80\x80\xaf\"",
    b"\"\xfc\x80\x80\x80\x80\x80\"",
    b"\"\xfc\x83\xbf\xbf\xbf\xbf\"",
    // Surrogates, and what is past the last character.
    b"\"\xed\xa0\x80\"",
    b"\"\xed\xa0\x81\xed\xb0\xb7\"",
    b"\"\xf4\xbf\xbf\xbf\"",
    b"\"\xf7\xbf\xbf\xbf\"",
];

fn accepted() -> impl Iterator<Item = &'static str> {
    ACCEPTED
        .split_whitespace()
        .chain(ACCEPTED_TOO.iter().copied())
}

fn refused() -> impl Iterator<Item = &'static [u8]> {
    let words = REFUSED.split_whitespace().map(str::as_bytes);
    words.chain(REFUSED_TOO.iter().copied())
}

/// Deliveries with a value of our choice at one place.
const PLACES: &[(Place, &str, &str)] = &[
    (
        Place::Top,
        r#"{"eventType":"VEHICLE_STATE","odd":"#,
        r#","data":{"vehicle":{"id":"v1"}}}"#,
    ),
    (
        Place::Top,
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"}},"odd":"#,
        "}",
    ),
    (
        Place::Data,
        r#"{"data":{"vehicle":{"id":"v1"},"odd":"#,
        "}}",
    ),
    (
        Place::Meta,
        r#"{"data":{"vehicle":{"id":"v1"}},"meta":"#,
        r#","eventId":"e1"}"#,
    ),
    (
        Place::Body,
        r#"{"data":{"vehicle":{"id":"v1"},"signals":[{"code":"a-b","body":"#,
        "}]}}",
    ),
    (
        Place::Item,
        r#"{"data":{"vehicle":{"id":"v1"},"signals":["#,
        r#",{"code":"a-b"}]}}"#,
    ),
    (
        Place::Key,
        r#"{"data":{"vehicle":{"id":"v1"},"#,
        r#":"odd"}}"#,
    ),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Top,
    Data,
    Meta,
    Body,
    Item,
    Key,
}

fn around(value: &[u8], before: &str, after: &str) -> Bytes {
    [before.as_bytes(), value, after.as_bytes()].concat().into()
}

/// The delivery is read, and the value in it is there byte for byte.
fn assert_read(value: &str) {
    let is_text = value.starts_with('"');
    let is_taken = value.starts_with('{') || value == "null";
    for &(place, before, after) in PLACES {
        if place == Place::Key && !is_text {
            continue;
        }
        let body = around(value.as_bytes(), before, after);
        let delivery = Delivery::assume_verified(body.clone());
        let delivery = delivery.unwrap_or_else(|err| panic!("{place:?} {value}: {err}"));
        let state = delivery.read::<VehicleState>();
        let state = state.unwrap_or_else(|err| panic!("{place:?} {value}: {err}"));
        assert_eq!(state.vehicle.id, "v1", "{place:?} {value}");
        assert_eq!(state.raw(), &body, "{place:?} {value}");
        let outer = &state.envelope().extra;
        let signals = &state.signals;
        let kept = match place {
            Place::Top => outer.get("odd"),
            Place::Data => state.extra.get("odd"),
            // Null is none, and an object has members of its own to keep.
            Place::Meta | Place::Item if is_taken => continue,
            Place::Meta => outer.get("meta"),
            Place::Body if value == "null" => continue,
            Place::Body => signals[0].sent_body(),
            Place::Item => state.extra.get("signals"),
            Place::Key => {
                assert_eq!(key(&state.extra), content(value), "{value}");
                continue;
            }
        };
        assert_eq!(kept.map(RawJson::as_str), Some(value), "{place:?}");
    }
}

fn key(extra: &Extra) -> &str {
    let (key, value) = extra.iter().next().unwrap();
    assert_eq!((extra.len(), value.as_str()), (1, r#""odd""#));
    key
}

/// What a JSON string says, or how it is spelled where that is no text.
fn content(json: &str) -> String {
    serde_json::from_str(json).unwrap_or_else(|_| json[1..json.len() - 1].to_owned())
}

fn assert_refused(value: &[u8]) {
    let shown = value.escape_ascii();
    for &(place, before, after) in PLACES {
        let delivery = Delivery::assume_verified(around(value, before, after));
        let kind = delivery.map(drop).map_err(|err| err.kind());
        assert_eq!(kind, Err(ErrorKind::NotAnObject), "{place:?} {shown}");
    }
}

#[test]
fn what_is_json_is_read_wherever_it_stands() {
    assert_eq!(accepted().map(assert_read).count(), 106);
}

#[test]
fn what_is_no_json_is_refused_wherever_it_stands() {
    assert_eq!(refused().map(assert_refused).count(), 197);
}

#[test]
fn what_the_standard_leaves_open_is_read_if_it_is_utf_8() {
    assert_eq!(READ.split_whitespace().map(assert_read).count(), 20);
    for bytes in NOT_READ {
        assert_refused(bytes);
    }
}

/// Of names that repeat the last one counts.
#[test]
fn the_last_of_several_is_the_one() {
    let body = r#"{"odd":1,"odd":2,"data":{"vehicle":{"id":"v0","id":"v1"},"":1,"":[],"signals":[{"body":1,"body":2}]}}"#;
    let state = crate::delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.envelope().extra.get("odd").unwrap().as_str(), "2");
    assert_eq!(state.vehicle.id, "v1");
    assert_eq!(state.extra.get("").unwrap().as_str(), "[]");
    assert_eq!(state.extra.len(), 2);
    assert_eq!(state.signals[0].sent_body().unwrap().as_str(), "2");
}

/// Every object is a delivery, and no other JSON is.
#[test]
fn whole_bodies() {
    for value in accepted().chain(READ.split_whitespace()) {
        for body in [value.to_owned(), format!(" \t\r\n{value}\n\r\t ")] {
            let delivery = Delivery::assume_verified(body.clone().into());
            let expected = if value.starts_with('{') {
                Ok(body.into())
            } else {
                Err(ErrorKind::NotAnObject)
            };
            let raw = delivery
                .map(|it| it.raw().clone())
                .map_err(|err| err.kind());
            assert_eq!(raw, expected, "{value}");
        }
    }
    let utf_16 = |it: &str, bytes: fn(u16) -> [u8; 2]| {
        let units: Vec<_> = it.encode_utf16().flat_map(bytes).collect();
        units
    };
    let encoded = [
        utf_16("{}", u16::to_le_bytes),
        utf_16("{}", u16::to_be_bytes),
        utf_16("\u{feff}{}", u16::to_le_bytes),
        utf_16("\u{feff}{\"é\":1}", u16::to_be_bytes),
        b"{\"\xe9\":1}".to_vec(),
    ];
    let refused = refused().chain(NOT_READ.iter().copied());
    for body in refused.map(<[u8]>::to_vec).chain(encoded) {
        let shown = body.escape_ascii().to_string();
        let err = Delivery::assume_verified(body.into()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::NotAnObject, "{shown}");
    }
}

/// Nothing nests on the stack but what a type declares.
#[test]
fn depth_costs_neither_the_stack_nor_much_time() {
    let deep = || {
        let started = Instant::now();
        let n = 100_000;
        let lists = "[".repeat(n) + &"]".repeat(n);
        let objects = r#"{"a":"#.repeat(n) + "0" + &"}".repeat(n);
        let signals = r#"{"signals":[{"meta":"#.repeat(n / 10) + "0" + &"}]}".repeat(n / 10);
        for value in [&lists, &objects, &signals] {
            assert_read(value);
            let body =
                format!(r#"{{"data":{{"vehicle":{{"id":"v1","year":{value}}},"user":{value}}}}}"#);
            let state = crate::delivery(body).read::<VehicleState>().unwrap();
            let kept = state.vehicle.extra.get("year");
            assert_eq!(kept.unwrap().as_str(), value);
            assert!(serde_json::to_string(&*state).unwrap().contains(value));
            assert!(format!("{state:?}").len() < 2000);
        }
        for value in [
            "[".repeat(n),
            "]".repeat(n),
            r#"{"a":"#.repeat(n),
            r#"[{"":"#.repeat(n),
        ] {
            assert_refused(value.as_bytes());
        }
        started.elapsed()
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    let elapsed = thread.spawn(deep).unwrap().join().unwrap();
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
}

/// Nor does width: many members, repeated ones, items and escapes.
#[test]
fn width_costs_little_time() {
    let started = Instant::now();
    let n = 50_000;
    let members: Vec<_> = (0..n).map(|it| format!(r#","{it}":{it}"#)).collect();
    let wide = [
        members.concat(),
        r#","a":1"#.repeat(n),
        r#","\ud800":1"#.repeat(n),
        r#","signals":[]"#.repeat(n),
        r#","user":{"id":7}"#.repeat(n),
        r#","vehicle":{"id":"v1","year":"2020"}"#.repeat(n),
        format!(r#","signals":[1{}]"#, ",1".repeat(n)),
        format!(
            r#","signals":[{{}}{}]"#,
            r#",{"code":7,"status":1}"#.repeat(n / 10)
        ),
        format!(r#","triggers":[7{}]"#, r#","FIRST_DELIVERY""#.repeat(n)),
        format!(r#","a":"{}""#, r"\u0061".repeat(n)),
        format!(r#","a":{}"#, "9".repeat(n)),
        format!(r#","vehicle":{{"id":"v1","year":{}}}"#, "9".repeat(n)),
    ];
    for members in wide {
        let body = format!(r#"{{"data":{{"vehicle":{{"id":"v1"}}{members}}}}}"#);
        let state = crate::delivery(body).read::<VehicleState>().unwrap();
        assert_eq!(state.vehicle.id, "v1");
        assert!(serde_json::to_string(&*state).is_ok());
    }
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
}
