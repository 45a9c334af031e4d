//! The one way to declare a JSON object.

/// Declares a struct and reads it in one pass.
///
/// `field: Type = "key" | "other key"` takes the value under either key, the last one sent.
/// A field keeps its default when the key is absent, null, or of a kind its type does not take.
/// With `keeps extra` the struct has a field `extra` for what no other field takes; without, that is skipped.
macro_rules! object {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(keeps $extra:ident)? {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty = $key:literal $(| $alias:literal)*,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
            $(/// What was sent beside the fields above.
            pub $extra: $crate::json::Extra,)?
        }

        impl $crate::json::Wire for $name {
            fn object<'de, A, L>(
                place: $crate::json::Place<'_, L>,
                mut map: A,
            ) -> Result<Option<Self>, A::Error>
            where
                A: serde::de::MapAccess<'de>,
                L: $crate::json::Leftover,
            {
                let mut read = Self::default();
                let mut left = <$crate::json::object!(@left $($extra)?)>::default();
                while let Some(key) = map.next_key::<$crate::json::Key<'_>>()? {
                    match &*key.0 {
                        $($key $(| $alias)* => {
                            let place = $crate::json::Place {
                                source: place.source,
                                key: $key,
                                left: &mut left,
                            };
                            let value = map.next_value_seed($crate::json::Reader::new(place))?;
                            if let Some(value) = value {
                                read.$field = value;
                            }
                        })*
                        _ => $crate::json::Leftover::unknown(&mut left, place.source, key, &mut map)?,
                    }
                }
                $(read.$extra = left;)?
                Ok(Some(read))
            }
        }
    };
    (@left $extra:ident) => { $crate::json::Extra };
    (@left) => { $crate::json::Discard };
}

pub(crate) use object;
