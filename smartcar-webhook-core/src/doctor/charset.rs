//! Conversions between character sets, undone.

/// What Windows-1252 has in place of the control characters of Latin-1, from 0x80 on; the five that it leaves free are those of Latin-1.
///
/// See [the Encoding Standard](https://encoding.spec.whatwg.org/index-windows-1252.txt).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The UTF-8 that the body may have been before it was converted.
pub(super) fn originals(body: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let text = std::str::from_utf8(body).ok();
    let text = text.map(|it| it.strip_prefix('\u{feff}').unwrap_or(it));
    // UTF-8 taken for Latin-1 or Windows-1252 and written as UTF-8 once more.
    let twice = text.and_then(|it| it.chars().map(byte).collect());
    // Written as Latin-1 or Windows-1252.
    let single = |from: fn(u8) -> char| {
        let text = text.is_none().then(|| body.iter().copied().map(from));
        text.map(|it| it.collect::<String>().into_bytes())
    };
    let units = |from: fn([u8; 2]) -> u16| {
        let units = body.chunks_exact(2).map(|it| from([it[0], it[1]]));
        let text = String::from_utf16(&units.collect::<Vec<_>>()).ok()?;
        Some(text.trim_start_matches('\u{feff}').as_bytes().to_vec())
    };
    let wide = body.len().is_multiple_of(2) && body.contains(&0);
    let [little, big] = [u16::from_le_bytes, u16::from_be_bytes].map(|it| wide.then(|| units(it)));
    [
        twice,
        single(char::from),
        single(windows_1252),
        little.flatten(),
        big.flatten(),
    ]
    .into_iter()
    .flatten()
}

/// The byte that Latin-1 or Windows-1252 has for a character.
fn byte(it: char) -> Option<u8> {
    let byte = (0x80..).zip(WINDOWS_1252).find(|(_, known)| *known == it);
    byte.map(|(byte, _)| byte)
        .or_else(|| u8::try_from(u32::from(it)).ok())
}

fn windows_1252(byte: u8) -> char {
    let place = usize::from(byte).checked_sub(0x80);
    let known = place.and_then(|it| WINDOWS_1252.get(it)).copied();
    known.unwrap_or(char::from(byte))
}
