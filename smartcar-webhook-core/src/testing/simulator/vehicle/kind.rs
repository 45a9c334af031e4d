//! The kinds of errors there are.

/// One kind of error.
pub(in super::super) struct Kind {
    pub(in super::super) error_type: &'static str,
    pub(in super::super) code: Option<&'static str>,
    /// What an endpoint answers.
    pub(in super::super) status: u16,
    pub(in super::super) description: &'static str,
    pub(in super::super) resolved: &'static str,
    pub(in super::super) user_message: Option<&'static str>,
    pub(in super::super) resolution: Option<&'static str>,
    pub(in super::super) url: Option<&'static str>,
    /// The signals it is about; none if it is about the whole vehicle.
    pub(super) signals: &'static [&'static str],
    /// How long it lasts.
    pub(super) hours: (f64, f64),
    /// The one make that has it.
    make: Option<&'static str>,
}

impl Kind {
    pub(super) fn befalls(&self, make: &str) -> bool {
        self.make.is_none_or(|it| it == make)
    }

    pub(super) fn affects(&self, code: &str) -> bool {
        self.signals.is_empty() || self.signals.contains(&code)
    }

    pub(super) fn is_sleep(&self) -> bool {
        self.code == Some("ASLEEP")
    }
}

macro_rules! kinds {
    ($($name:ident: $error_type:literal $code:expr, $status:literal, $description:literal / $resolved:literal,
        $(user $message:literal,)? $(resolution $resolution:literal,)? $(url $url:literal,)?
        $(signals [$($signal:literal),*],)? hours $low:literal to $high:literal $(, $make:literal)?;)*) => {
        $(pub(in super::super) static $name: Kind = Kind {
            error_type: $error_type,
            code: $code,
            status: $status,
            description: $description,
            resolved: $resolved,
            user_message: kinds!(@maybe $($message)?),
            resolution: kinds!(@maybe $($resolution)?),
            url: kinds!(@maybe $($url)?),
            signals: &[$($($signal),*)?],
            hours: ($low, $high),
            make: kinds!(@maybe $($make)?),
        };)*
    };
    (@maybe $value:literal) => { Some($value) };
    (@maybe) => { None };
}

kinds! {
    NOT_CAPABLE: "COMPATIBILITY" Some("VEHICLE_NOT_CAPABLE"), 501,
        "The vehicle is incapable of performing your request." / "The vehicle is capable of performing your request.",
        user "Your car is unable to perform this request.",
        hours 0.0 to 0.0;
    ASLEEP: "VEHICLE_STATE" Some("ASLEEP"), 409,
        "The vehicle is in a sleep state and temporarily unable to perform your request." / "The vehicle is awake.",
        user "Your car is asleep.",
        hours 2.0 to 9.0;
    UNREACHABLE: "VEHICLE_STATE" Some("UNREACHABLE"), 409,
        "The vehicle was unable to perform your request due to an unknown issue." / "The vehicle is now reachable.",
        user "Your car could not be reached. Is it parked where it has no reception?",
        hours 0.5 to 8.0;
    REMOTE_ACCESS_DISABLED: "VEHICLE_STATE" Some("REMOTE_ACCESS_DISABLED"), 409,
        "The vehicle owner has disabled remote access." / "Remote access is enabled.",
        user "Remote access is switched off in your car.",
        hours 4.0 to 24.0;
    AUTHENTICATION_FAILED: "CONNECTED_SERVICES_ACCOUNT" Some("AUTHENTICATION_FAILED"), 400,
        "Smartcar was unable to authenticate with the user's connected services account." / "The account is connected.",
        user "Your connected services account needs you to log in again.",
        resolution "REAUTHENTICATE",
        url "https://connect.smartcar.com/oauth/reauthenticate",
        hours 3.0 to 30.0;
    VIRTUAL_KEY_REQUIRED: "CONNECTED_SERVICES_ACCOUNT" Some("VIRTUAL_KEY_REQUIRED"), 400,
        "The vehicle owner has to install a virtual key." / "The virtual key is installed.",
        user "Your car needs a virtual key.",
        resolution "ACTION_REQUIRED",
        url "https://www.tesla.com/_ak/smartcar.com",
        signals ["charge-chargelimits", "closure-islocked", "hvac-iscabinhvacactive", "surveillance-isenabled"],
        hours 2.0 to 20.0, "TESLA";
    SUBSCRIPTION: "CONNECTED_SERVICES_ACCOUNT" Some("SUBSCRIPTION"), 400,
        "The vehicle's connected services subscription has expired." / "The subscription is active.",
        user "The subscription of your car's connected services has expired.",
        hours 6.0 to 40.0;
    PERMISSION: "PERMISSION" None, 403,
        "Your application has insufficient permissions to access the requested resource." / "The permission was granted.",
        resolution "REAUTHENTICATE",
        signals ["location-isathome", "location-preciselocation"],
        hours 4.0 to 30.0;
    NO_RESPONSE: "UPSTREAM" Some("NO_RESPONSE"), 502,
        "Smartcar received no response from an upstream provider." / "The upstream provider responds.",
        user "Your car's manufacturer does not respond. Please try again later.",
        resolution "RETRY_LATER",
        hours 0.3 to 3.0;
    INTERNAL: "SERVER" Some("INTERNAL"), 500,
        "An internal server error has occurred." / "The internal server error was fixed.",
        resolution "RETRY_LATER",
        signals ["closure-doors", "odometer-traveleddistance", "wheel-tires"],
        hours 0.2 to 2.0;
}

/// Those that come up and are resolved.
pub(super) static KINDS: [&Kind; 9] = [
    &ASLEEP,
    &UNREACHABLE,
    &REMOTE_ACCESS_DISABLED,
    &AUTHENTICATION_FAILED,
    &VIRTUAL_KEY_REQUIRED,
    &SUBSCRIPTION,
    &PERMISSION,
    &NO_RESPONSE,
    &INTERNAL,
];
