//! The bytes of an event, as Smartcar spells JSON.

use std::io;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// The body of a delivery of this event.
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
pub(super) fn body_of(event: &(impl Serialize + ?Sized)) -> Bytes {
    let mut body = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut body, JavaScript);
    let written = event.serialize(&mut serializer);
    written.expect("an event that can be written as JSON");
    body.into()
}

/// That of JavaScript, in which 78.0 is 78: Smartcar's SDK for Node hashes bodies parsed and written again, so no other fits its own signature.
struct JavaScript;

impl Formatter for JavaScript {
    fn write_f64<W: io::Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        match value.abs() {
            // Also without the sign of -0.
            0.0 => writer.write_all(b"0"),
            1e-6..1e21 => write!(writer, "{value}"),
            1e21.. => write!(writer, "{}", format!("{value:e}").replace('e', "e+")),
            _ => write!(writer, "{value:e}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::body_of;

    #[test]
    fn numbers_are_spelled_as_in_javascript() {
        let numbers = [
            78.0,
            -180.0,
            0.0,
            -0.0,
            12_345.678,
            0.1 + 0.2,
            1e15,
            1e16,
            123_456_789_012_345_680_000.0,
            1e21,
            -1.5e300,
            1e-6,
            -1.25e-6,
            1e-7,
            -1.25e-7,
            5e-324,
            f64::MAX,
            f64::NAN,
        ];
        // By `JSON.stringify` of Node.
        let spelled = "[78,-180,0,0,12345.678,0.30000000000000004,1000000000000000,10000000000000000,123456789012345680000,1e+21,-1.5e+300,0.000001,-0.00000125,1e-7,-1.25e-7,5e-324,1.7976931348623157e+308,null]";
        assert_eq!(body_of(&numbers), spelled);
    }
}
