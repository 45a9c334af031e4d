//! Enumerations that may grow: strings with constants.

/// Declares a string type with constants, equal to others and to strings whatever the case.
macro_rules! open_string {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$constant_meta:meta])* $constant:ident = $value:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default)]
        pub struct $name($crate::json::Text);

        impl $name {
            $($(#[$constant_meta])* pub const $constant: Self = Self($crate::json::Text::from_static($value));)*

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
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0.eq_ignore_ascii_case(other)
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self == **other
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                for byte in self.0.bytes() {
                    state.write_u8(byte.to_ascii_lowercase());
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
        }

        $crate::json::deserialize!($name);
    };
}

pub(crate) use open_string;

open_string! {
    /// Whether a delivery is about a real car.
    ///
    /// 4.0 writes `LIVE` and `TEST`, 2.0 writes `live`, `test` and `simulated`; here case does not count.
    /// A TEST delivery comes from the dashboard's test button and carries an invented car.
    ///
    /// ```
    /// use smartcar_webhook_core::payload::Mode;
    ///
    /// assert_eq!(Mode::from("live"), Mode::LIVE);
    /// assert_eq!(Mode::from("live").as_str(), "live");
    /// ```
    pub struct Mode {
        /// A real car.
        LIVE = "LIVE",
        /// A car that exists nowhere.
        TEST = "TEST",
        /// A car of Smartcar's vehicle simulator.
        SIMULATED = "SIMULATED",
    }
}

open_string! {
    /// The type of an event, as sent.
    pub struct EventType {
        /// A 4.0 challenge.
        VERIFY = "VERIFY",
        /// [`v4::VehicleState`](super::v4::VehicleState).
        VEHICLE_STATE = "VEHICLE_STATE",
        /// [`v4::VehicleError`](super::v4::VehicleError).
        VEHICLE_ERROR = "VEHICLE_ERROR",
        /// [`v2::ChargingStarted`](super::v2::ChargingStarted).
        CHARGING_STARTED = "CHARGING_STARTED",
        /// [`v2::ChargingStopped`](super::v2::ChargingStopped).
        CHARGING_STOPPED = "CHARGING_STOPPED",
        /// [`v2::ChargingCompleted`](super::v2::ChargingCompleted).
        CHARGING_COMPLETED = "CHARGING_COMPLETED",
        /// [`v2::Schedule`](super::v2::Schedule).
        SCHEDULE = "schedule",
        /// The other spelling of [`SCHEDULE`](Self::SCHEDULE), routed like it.
        SCHEDULED = "scheduled",
        /// [`v2::Dynamic`](super::v2::Dynamic).
        DYNAMIC = "dynamic",
    }
}

impl EventType {
    /// The type its handler is registered under: Smartcar's own pages disagree on the name of scheduled deliveries.
    pub(crate) fn route(&self) -> &Self {
        static SCHEDULE: EventType = EventType::SCHEDULE;
        if *self == Self::SCHEDULED {
            &SCHEDULE
        } else {
            self
        }
    }
}

open_string! {
    /// The type of an API error, in errors of vehicles, signals and endpoints alike.
    ///
    /// See [Smartcar Docs/API errors](https://smartcar.com/docs/errors/api-errors).
    pub struct ErrorType {
        /// The access token was not accepted.
        AUTHENTICATION = "AUTHENTICATION",
        /// The plan does not cover the request.
        BILLING = "BILLING",
        /// The vehicle or its make cannot do it.
        COMPATIBILITY = "COMPATIBILITY",
        /// The owner's account with the manufacturer needs attention.
        CONNECTED_SERVICES_ACCOUNT = "CONNECTED_SERVICES_ACCOUNT",
        /// The owner's grant does not cover it; about the listed signals, not about the account.
        PERMISSION = "PERMISSION",
        /// Too many requests.
        RATE_LIMIT = "RATE_LIMIT",
        /// No such path, version or signal.
        RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND",
        /// Smartcar failed.
        SERVER = "SERVER",
        /// The manufacturer failed.
        UPSTREAM = "UPSTREAM",
        /// The request was malformed.
        VALIDATION = "VALIDATION",
        /// The vehicle is not in a state to answer: asleep, unreachable, not charging.
        VEHICLE_STATE = "VEHICLE_STATE",
    }
}
