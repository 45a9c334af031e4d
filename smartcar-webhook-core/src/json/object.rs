//! The one way to declare a JSON object.

/// Declares a struct and reads it in one pass.
///
/// `field: Type = "key" | "other key"` takes the value under either key.
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
            fn take_object<'de, A, L>(
                &mut self,
                place: $crate::json::Place<'_, L>,
                mut map: A,
            ) -> Result<(), A::Error>
            where
                A: serde::de::MapAccess<'de>,
                L: $crate::json::Leftover,
            {
                let left = $crate::json::object!(@left self $($extra)?);
                while let Some(key) = place.next_key(&mut map)? {
                    match &*key.0 {
                        $($key $(| $alias)* => {
                            let place = $crate::json::Place {
                                source: place.source,
                                careful: place.careful,
                                key: $key,
                                left: &mut *left,
                            };
                            map.next_value_seed(place.reader(&mut self.$field))?;
                        })*
                        _ => $crate::json::Leftover::unknown(left, place.source, key, &mut map)?,
                    }
                }
                Ok(())
            }
        }

        $($crate::json::object!(@deserialize $name $extra);)?
    };
    (@left $self:ident $extra:ident) => { &mut $self.$extra };
    (@left $self:ident) => { &mut $crate::json::Discard };
    (@deserialize $name:ident $extra:ident) => { $crate::json::deserialize!($name); };
}

/// Lets event types that users declare with serde hold this type of the wire.
macro_rules! deserialize {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::read_owned(deserializer)
            }
        }
    };
}

pub(crate) use {deserialize, object};
