//! A delivery is whatever is a JSON object in UTF-8, and nothing else.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use smartcar_webhook_core::{Delivery, ErrorKind};

fuzz_target!(|bytes: &[u8]| {
    // A raw value is looked at without recursion, and without a look into its strings and numbers.
    let json = serde_json::from_slice::<&RawValue>(bytes);
    let is_object = json.is_ok_and(|it| it.get().starts_with('{'));
    match Delivery::assume_verified(Bytes::copy_from_slice(bytes)) {
        Ok(delivery) => {
            assert!(is_object);
            assert_eq!(delivery.raw(), bytes);
            assert!(!delivery.idempotency_key().is_empty());
            assert!(!format!("{delivery:?} {:#?}", delivery.envelope()).is_empty());
        }
        Err(err) => {
            assert!(!is_object);
            assert_eq!(err.kind(), ErrorKind::NotAnObject);
        }
    }
});
