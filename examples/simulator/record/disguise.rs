//! Invented texts in place of real ones.

use smartcar_webhook_core::{ManagementToken, TokenError};
use uuid::Uuid;

/// Replaces texts by invented ones of the same form, the same ones by the same.
///
/// What is made depends on a secret that ends with the program: a plain hash of a VIN is soon found by trying all.
pub(super) struct Disguise {
    key: ManagementToken,
}

impl Disguise {
    pub(super) fn new() -> Result<Self, TokenError> {
        let secret = format!("{}{}", Uuid::new_v4(), Uuid::new_v4());
        let key = ManagementToken::new(secret)?;
        Ok(Self { key })
    }

    /// Another text with digits for digits and letters for letters: hexadecimal ones, if all of them were.
    pub(super) fn of(&self, text: &str) -> String {
        let (prefix, rest) = prefix(text);
        let letters = rest.chars().filter(char::is_ascii_alphabetic);
        let is_hex =
            letters.clone().next().is_some() && letters.clone().all(|it| it.is_ascii_hexdigit());
        let is_uuid = Uuid::try_parse(rest).is_ok() && rest.len() == 36;
        let mut stream = Vec::new();
        let mut disguised = prefix.to_owned();
        for (place, character) in rest.chars().enumerate() {
            if stream.is_empty() {
                let block = self.key.sign(format!("{place}/{text}").as_bytes()).to_hex();
                stream.extend(
                    block.into_bytes().chunks(2).filter_map(|it| {
                        u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok()
                    }),
                );
            }
            let random = stream.pop().unwrap_or_default();
            // Version and variant make it a UUID of its kind.
            let is_form = is_uuid && matches!(place, 14 | 19);
            disguised.push(if is_form {
                character
            } else {
                other(character, random, is_hex)
            });
        }
        disguised
    }

    /// Another number of the same form, and before its point no larger: a position stays one.
    pub(super) fn of_number(&self, number: &str) -> String {
        let end = number.find(['e', 'E']).unwrap_or(number.len());
        let (mantissa, exponent) = number.split_at(end);
        let point = mantissa.find('.').unwrap_or(end);
        let head = mantissa.find(|it: char| it.is_ascii_digit());
        let random = self.of(mantissa);
        let digits = mantissa.chars().zip(random.chars()).enumerate();
        let digits = digits.map(|(place, (digit, random))| {
            match (digit.to_digit(10), random.to_digit(10)) {
                (Some(digit), Some(random)) if Some(place) == head => {
                    // Zeros at the head are no JSON.
                    let first = random.checked_rem(digit).map_or(0, |it| it + 1);
                    char::from_digit(first, 10).unwrap_or('0')
                }
                (Some(digit), Some(random)) if place < point => {
                    char::from_digit(random % (digit + 1), 10).unwrap_or('0')
                }
                _ => random,
            }
        });
        digits.chain(exponent.chars()).collect()
    }
}

/// What stands before an id and says what it is of: `wh_`, `user_`.
fn prefix(text: &str) -> (&str, &str) {
    let known = ["wh_", "app_", "user_"]
        .into_iter()
        .find(|it| text.starts_with(it));
    text.split_at(known.map_or(0, str::len))
}

fn other(character: char, random: u8, is_hex: bool) -> char {
    let among = |first: u8, count: u8| char::from(first + random % count);
    let letters = if is_hex { 6 } else { 26 };
    match character {
        '0'..='9' => among(b'0', 10),
        'a'..='z' => among(b'a', letters),
        'A'..='Z' => among(b'A', letters),
        it if it.is_alphanumeric() => among(b'a', 26),
        it => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stays_and_nothing_else() {
        let disguise = Disguise::new().unwrap();
        for text in [
            "YSMVIN00000000001",
            "5d6cbb1e-1c55-4c5a-9f77-2f5be0a3f0aa",
            "wh_0d9f5a3e",
            "Jörg's Polestar 2",
        ] {
            let disguised = disguise.of(text);
            assert_ne!(disguised, text);
            assert_eq!(disguised, disguise.of(text));
            assert_eq!(disguised.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(disguised.chars()) {
                assert_eq!(
                    before.is_numeric(),
                    after.is_numeric(),
                    "{text} {disguised}"
                );
                assert_eq!(before.is_uppercase(), after.is_uppercase());
            }
        }
        let id = disguise.of("5d6cbb1e-1c55-4c5a-9f77-2f5be0a3f0aa");
        assert_eq!(Uuid::try_parse(&id).unwrap().get_version_num(), 4);
        assert!(disguise.of("wh_0d9f5a3e").starts_with("wh_"));
        assert_ne!(
            Disguise::new().unwrap().of("YSMVIN00000000001"),
            disguise.of("YSMVIN00000000001")
        );
    }

    #[test]
    fn numbers_stay_numbers() {
        let disguise = Disguise::new().unwrap();
        for number in [
            "57.7087",
            "-0.25",
            "11",
            "0",
            "1.5e-7",
            "1e9",
            "-122.419416",
        ] {
            let disguised = disguise.of_number(number);
            assert!(
                serde_json::from_str::<f64>(&disguised).is_ok(),
                "{number} {disguised}"
            );
            assert_eq!(disguised.len(), number.len());
        }
        assert_ne!(disguise.of_number("57.708712"), "57.708712");
    }
}
