//! A thousand event types, to register handlers for.

use std::hint::black_box;

use smartcar_webhook_core::payload::{Event, RawJson};
use smartcar_webhook_core::{BoxError, Delivery, Error, EventRouter, Handler, async_trait};

/// An event whose type is its number.
struct Numbered<const N: usize>;

impl<const N: usize> Numbered<N> {
    const DIGITS: [u8; 3] = [
        b"0123456789"[N / 100 % 10],
        b"0123456789"[N / 10 % 10],
        b"0123456789"[N % 10],
    ];
}

impl<const N: usize> Event for Numbered<N> {
    const TYPE: &'static str = match std::str::from_utf8(&Self::DIGITS) {
        Ok(digits) => digits,
        Err(_) => panic!(),
    };

    fn read(_: &RawJson) -> Result<Self, Error> {
        Ok(Self)
    }
}

struct Count;

#[async_trait]
impl<const N: usize> Handler<Numbered<N>> for Count {
    async fn handle(&self, delivery: Delivery<Numbered<N>>) -> Result<(), BoxError> {
        black_box(&delivery);
        Ok(())
    }
}

/// The body of the event whose handler is registered first.
pub(crate) const FIRST: &str = r#"{"eventType":"000"}"#;

macro_rules! digits {
    ($macro:ident!($($argument:tt)*)) => {
        $macro!($($argument)* 0); $macro!($($argument)* 1); $macro!($($argument)* 2);
        $macro!($($argument)* 3); $macro!($($argument)* 4); $macro!($($argument)* 5);
        $macro!($($argument)* 6); $macro!($($argument)* 7); $macro!($($argument)* 8);
        $macro!($($argument)* 9);
    };
}

/// A router of one handler, of ten or of a thousand.
pub(crate) fn router(handlers: usize) -> EventRouter {
    let mut router = EventRouter::new();
    macro_rules! on {
        ($a:literal $b:literal $c:literal) => {
            if $a * 100 + $b * 10 + $c < handlers {
                router = router.on::<Numbered<{ $a * 100 + $b * 10 + $c }>, _>(Count);
            }
        };
    }
    macro_rules! tens {
        ($a:literal $b:literal) => {
            digits!(on!($a $b));
        };
    }
    macro_rules! hundreds {
        ($a:literal) => {
            digits!(tens!($a));
        };
    }
    digits!(hundreds!());
    router
}
