//! Enumerations that may grow: strings with constants.

/// Declares a string type with constants, equal to others and to strings whatever the case, and whichever of its spellings.
macro_rules! open_string {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$constant_meta:meta])* $constant:ident = $value:literal $(| $alias:literal)*,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default)]
        pub struct $name($crate::json::Text);

        impl $name {
            $($(#[$constant_meta])* pub const $constant: Self = Self($crate::json::Text::from_static($value));)*

            /// The constant it is a spelling of, if it is one.
            pub fn known(&self) -> Option<Self> {
                $(if Self::spellings(&[$value $(, $alias)*], &self.0) {
                    return Some(Self::$constant);
                })*
                None
            }

            fn spellings(spellings: &[&str], text: &str) -> bool {
                spellings.iter().any(|it| it.eq_ignore_ascii_case(text))
            }

            /// The first spelling of what this is one of several of.
            fn canonical(text: &str) -> &str {
                $($(if text.eq_ignore_ascii_case($alias) {
                    return $value;
                })*)*
                text
            }

            /// Makes one of a literal, without allocating.
            pub const fn from_static(text: &'static str) -> Self {
                Self($crate::json::Text::from_static(text))
            }

            /// The string as sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0.into()
            }
        }

        impl From<$crate::json::Text> for $name {
            fn from(text: $crate::json::Text) -> Self {
                Self(text)
            }
        }

        impl Eq for $name {}

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                *self == *other.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                Self::canonical(&self.0).eq_ignore_ascii_case(Self::canonical(other))
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self == **other
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                // In pieces: a hasher takes sixteen bytes sooner than one sixteen times.
                for piece in Self::canonical(&self.0).as_bytes().chunks(16) {
                    let mut lower = [0; 16];
                    let lower = &mut lower[..piece.len()];
                    lower.copy_from_slice(piece);
                    lower.make_ascii_lowercase();
                    state.write(lower);
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::json::Wire for $name {
            const KIND: $crate::json::Kind = $crate::json::Kind::Text;

            fn take_text(&mut self, text: $crate::json::Piece<'_>) {
                *self = match text.str {
                    // A constant counts no references.
                    $($value => Self::$constant,)*
                    _ => Self(text.to_text()),
                };
            }

            fn is_blank(&self) -> bool {
                self.0.is_empty()
            }

            fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.write(serializer)
            }

            fn inspect(json: &str, inspection: &mut $crate::json::Inspection) {
                match serde_json::from_str::<String>(json).map(Self::from) {
                    Ok(text) if text.known().is_some() => {}
                    Ok(_) => inspection.unknown_value(),
                    Err(_) => inspection.wrong_type(),
                }
            }

            #[cfg(feature = "schemars")]
            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // Not an `enum`: more values may come, and in any case.
                schemars::json_schema!({"type": "string", "examples": [$($value),*]})
            }
        }

        $crate::json::impl_serde!($name);

        #[cfg(feature = "schemars")]
        $crate::json::impl_json_schema!($name);
    };
}

pub(crate) use open_string;
