//! The one way to declare a JSON object.

/// Declares a struct that is read in one pass, written as it was read, inspected for drift and described by a schema.
///
/// `field: Type = "key"` takes the value under this key.
/// A field keeps its default when the key is absent, null, or of a kind its type does not take.
/// After the key may stand `expected`, if the member is always sent, or `needed`, if the object is no use without.
/// With `keeps extra` the struct has a field `extra` for what no other field takes; without, that is skipped.
/// With `or text field` it is also taken from a string, which goes into that field.
macro_rules! object {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(<$param:ident>)? $(keeps $extra:ident $(or text $text:ident)?)? {
            $($(#[doc = $doc:literal])* $field_vis:vis $field:ident: $type:ty = $key:literal $($need:ident)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $name $(<$param>)? {
            $($(#[doc = $doc])* $field_vis $field: $type,)*
            $(/// What was sent beside the fields above.
            pub $extra: $crate::json::Extra,
            $(is_text: $crate::json::object!(@bool $text),)?)?
        }

        impl $(<$param: $crate::json::Wire>)? $crate::json::Wire for $name $(<$param>)? {
            const KIND: $crate::json::Kind = $crate::json::object!(@kind $($($text)?)?);

            $($(fn take_text(&mut self, text: $crate::json::Piece<'_>) {
                self.is_text = true;
                self.$text.take_text(text);
            })?)?

            fn take_object<'de, A, L>(
                &mut self,
                place: $crate::json::Place<'_, L>,
                mut map: A,
            ) -> Result<bool, A::Error>
            where
                A: serde::de::MapAccess<'de>,
                L: $crate::json::Leftover,
            {
                $(let mut $field = $crate::json::object!(@is_optional $($need)?);)*
                let left = $crate::json::object!(@left self $($extra)?);
                while let Some(key) = place.next_key(&mut map)? {
                    match &*key.0 {
                        $($key => {
                            let place = place.member($key, &mut *left);
                            let taken = map.next_value_seed(place.reader(&mut self.$field))?;
                            $field |= taken != $crate::json::Taken::Not;
                        })*
                        _ => $crate::json::Leftover::unknown(left, place.source(), key, &mut map)?,
                    }
                }
                if $($field)&&* {
                    Ok(true)
                } else {
                    Err(serde::de::Error::custom("a member is missing"))
                }
            }

            fn is_blank(&self) -> bool {
                $(self.$field.is_blank() &&)* $crate::json::object!(@is_blank self $($extra)?)
            }

            fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $($(if self.is_text {
                    let mut rest = self.clone();
                    rest.$text = Default::default();
                    if rest.is_blank() {
                        return self.$text.write(serializer);
                    }
                })?)?
                let mut map = serde::Serializer::serialize_map(serializer, None)?;
                let extra = $crate::json::object!(@extra self $($extra)?);
                $(extra.write_field(&mut map, $key, $crate::json::object!(@need $($need)?), &self.$field)?;)*
                extra.write_unknown(&mut map)?;
                serde::ser::SerializeMap::end(map)
            }

            fn inspect(json: &str, inspection: &mut $crate::json::Inspection) {
                let may_be_text = Self::KIND == $crate::json::Kind::TextOrContainer;
                if may_be_text && json.starts_with('"') {
                    return;
                }
                inspection.object(json, Self::fields());
            }

            fn fields() -> &'static [$crate::json::Field] {
                &[$($crate::json::Field {
                    key: $key,
                    need: $crate::json::object!(@need $($need)?),
                    inspect: <$type as $crate::json::Wire>::inspect,
                    is_taken: $crate::json::is_taken::<$type>,
                    #[cfg(feature = "schemars")]
                    doc: concat!($($doc),*),
                    #[cfg(feature = "schemars")]
                    schema: <$type as $crate::json::Wire>::schema,
                },)*]
            }

            #[cfg(feature = "schemars")]
            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::json::object!(@schema generator [$($param)?] [$($extra)?] [$($($text)?)?])
            }
        }

        $crate::json::object!(@serde $name [$($param)?] [$($extra)?] [$($($text)?)?]);
    };
    (@bool $text:ident) => { bool };
    (@need) => { $crate::json::Need::Optional };
    (@need expected) => { $crate::json::Need::Expected };
    (@need needed) => { $crate::json::Need::Needed };
    (@is_optional needed) => { false };
    (@is_optional $($need:ident)?) => { true };
    (@kind) => { $crate::json::Kind::Container };
    (@kind $text:ident) => { $crate::json::Kind::TextOrContainer };
    (@left $self:ident $extra:ident) => { &mut $self.$extra };
    (@left $self:ident) => { &mut $crate::json::Discard };
    (@is_blank $self:ident $extra:ident) => { $self.$extra.is_blank() };
    (@is_blank $self:ident) => { true };
    (@extra $self:ident $extra:ident) => { &$self.$extra };
    (@extra $self:ident) => { &$crate::json::Extra::default() };
    (@schema $generator:ident [] [$extra:ident] $text:tt) => { $generator.subschema_for::<Self>() };
    (@schema $generator:ident $param:tt $extra:tt $text:tt) => {
        $crate::json::object_schema($generator, <Self as $crate::json::Wire>::fields())
    };
    (@serde $name:ident [] [$extra:ident] $text:tt) => {
        $crate::json::impl_serde!($name);

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let object = $crate::json::object_schema(generator, <Self as $crate::json::Wire>::fields());
                $crate::json::object!(@or_text object $text)
            }
        }
    };
    (@serde $name:ident [$param:ident] [$extra:ident] $text:tt) => {
        impl<$param: $crate::json::Wire> serde::Serialize for $name<$param> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::Wire::write(self, serializer)
            }
        }
    };
    (@serde $name:ident $param:tt [] $text:tt) => {};
    (@or_text $object:ident []) => { $object };
    (@or_text $object:ident [$text:ident]) => { $crate::json::or_text(&$object) };
}

/// Lets what users declare with serde hold this type of the wire; from JSON alone, and not below `flatten` or `untagged`.
macro_rules! impl_serde {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::read_owned(deserializer)
            }
        }

        /// As it was sent, or with what was changed since.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::Wire::write(self, serializer)
            }
        }
    };
}

/// Lets what users derive a schema for hold this type of the wire.
#[cfg(feature = "schemars")]
macro_rules! impl_json_schema {
    ($name:ident) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <Self as $crate::json::Wire>::schema(generator)
            }
        }
    };
}

#[cfg(feature = "schemars")]
pub(crate) use impl_json_schema;
pub(crate) use {impl_serde, object};
