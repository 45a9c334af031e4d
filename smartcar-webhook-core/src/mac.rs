//! HMAC-SHA256, by whichever implementation is chosen when this is compiled.
//!
//! Each is a `Mac` of the same methods, so that nothing else knows which it is.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(all(feature = "ring", any(test, not(feature = "aws-lc-rs"))))]
mod ring;
#[cfg(any(test, not(any(feature = "aws-lc-rs", feature = "ring"))))]
mod rust_crypto;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::aws_lc::Mac;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use self::ring::Mac;
#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
pub(crate) use self::rust_crypto::Mac;

#[cfg(test)]
mod tests {
    use std::panic::{RefUnwindSafe, UnwindSafe};

    use serde_json::Value;
    use sha2::{Digest, Sha256};

    use super::Mac;

    /// Key, message and tag.
    type Verify = fn(&[u8], &[u8], &[u8; 32]) -> bool;

    struct Backend {
        name: &'static str,
        sign: fn(&[u8], &[u8]) -> [u8; 32],
        verify: Verify,
    }

    macro_rules! backend {
        ($module:ident) => {{
            use super::$module::Mac;
            fn is<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}
            let _ = is::<Mac>;
            Backend {
                name: Mac::NAME,
                sign: |key, message| Mac::new(key).sign(message),
                verify: |key, message, tag| Mac::new(key).verify(message, tag),
            }
        }};
    }

    /// In the order of preference.
    const BACKENDS: &[Backend] = &[
        #[cfg(feature = "aws-lc-rs")]
        backend!(aws_lc),
        #[cfg(feature = "ring")]
        backend!(ring),
        backend!(rust_crypto),
    ];

    /// As RFC 2104 defines it.
    fn by_definition(key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut block = [0; 64];
        if key.len() > 64 {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let padded_with = |pad| Sha256::new().chain_update(block.map(|it| it ^ pad));
        let inner = padded_with(0x36).chain_update(message).finalize();
        padded_with(0x5c).chain_update(inner).finalize().into()
    }

    #[test]
    fn the_first_there_is_is_used() {
        assert_eq!(Mac::NAME, BACKENDS[0].name);
    }

    #[test]
    fn tags_are_those_of_rfc_4231() {
        let counted: Vec<u8> = (1..=25).collect();
        // All but the fifth, of which the tag is cut short.
        let cases: [(&[u8], &[u8], &str); 6] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &counted,
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than \
                  block-size data. The key needs to be hashed before being used by the HMAC \
                  algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for backend in BACKENDS {
            for (key, message, tag) in cases {
                let ours = hex::encode((backend.sign)(key, message));
                assert_eq!(ours, tag, "{} {message:?}", backend.name);
            }
        }
    }

    #[test]
    fn a_tag_is_valid_or_not_as_the_vectors_say() {
        let vectors = include_str!("../tests/vectors/hmac_sha256.json");
        let vectors: Value = serde_json::from_str(vectors).unwrap();
        let groups = vectors["testGroups"].as_array().unwrap().iter();
        let tests = groups.flat_map(|it| it["tests"].as_array().unwrap());
        let mut of_whole_tags = 0;
        for test in tests {
            let [key, message, tag] =
                ["key", "msg", "tag"].map(|it| hex::decode(test[it].as_str().unwrap()).unwrap());
            let Ok(tag) = tag.try_into() else {
                continue;
            };
            of_whole_tags += 1;
            let is_valid = test["result"] == "valid";
            for backend in BACKENDS {
                let verified = (backend.verify)(&key, &message, &tag);
                assert_eq!(verified, is_valid, "{} {test}", backend.name);
                let signed = (backend.sign)(&key, &message) == tag;
                assert_eq!(signed, is_valid, "{} {test}", backend.name);
            }
        }
        assert_eq!(of_whole_tags, 305);
    }

    #[test]
    fn all_make_the_same_tag_whatever_the_lengths() {
        let bytes: Vec<u8> = (0..=250).cycle().take(1 << 16).collect();
        for key in [0, 1, 36, 63, 64, 65, 128, 300].map(|it| &bytes[..it]) {
            for length in (0..=300).chain([4095, 4096, 4097, bytes.len()]) {
                let message = &bytes[..length];
                let tag = by_definition(key, message);
                for backend in BACKENDS {
                    let name = backend.name;
                    assert_eq!((backend.sign)(key, message), tag, "{name} {length}");
                    assert!((backend.verify)(key, message, &tag), "{name} {length}");
                }
            }
        }
    }

    #[test]
    fn a_tag_with_any_bit_changed_is_refused() {
        for backend in BACKENDS {
            let tag = (backend.sign)(b"amt", b"{}");
            for bit in 0..256 {
                let mut changed = tag;
                changed[bit / 8] ^= 1 << (bit % 8);
                let verified = (backend.verify)(b"amt", b"{}", &changed);
                assert!(!verified, "{} {bit}", backend.name);
            }
        }
    }

    #[test]
    fn a_key_signs_any_number_of_messages() {
        let mac = Mac::new(b"amt");
        let tags = [&b"{}"[..], b"", b"{}"].map(|it| mac.sign(it));
        assert_eq!(tags[0], tags[2]);
        assert!(mac.verify(b"", &tags[1]) && mac.verify(b"{}", &tags[0]));
    }
}
