//! Errors of Smartcar's API, as they stand in deliveries of both generations.

use crate::json::{RawJson, Text, object, open_string};

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
        /// The owner's account with the manufacturer needs attention; the tutorials of 2.0 misspell it.
        CONNECTED_SERVICES_ACCOUNT = "CONNECTED_SERVICES_ACCOUNT" | "CONNECT_SERVICES_ACCOUNT",
        /// The owner's grant does not cover it; in an error that lists signals, them alone.
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

open_string! {
    /// The code of an API error within its [`ErrorType`]; some codes are in several types.
    ///
    /// See [Smartcar Docs/API errors](https://smartcar.com/docs/errors/api-errors).
    pub struct ErrorCode {
        /// `AUTHENTICATION` of API v3: the token is not accepted.
        UNAUTHORIZED = "UNAUTHORIZED",
        /// `AUTHENTICATION` of API v3: the token does not cover it.
        ACCESS_DENIED = "ACCESS_DENIED",
        /// `BILLING`: the plan does not have the feature.
        INVALID_PLAN = "INVALID_PLAN",
        /// `BILLING`: the plan has no vehicle left.
        VEHICLE_LIMIT = "VEHICLE_LIMIT",
        /// `BILLING`: the vehicle has no request left.
        VEHICLE_REQUEST_LIMIT = "VEHICLE_REQUEST_LIMIT",
        /// `BILLING`: the account is suspended.
        ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED",
        /// `COMPATIBILITY`: Smartcar does not support the make.
        MAKE_NOT_COMPATIBLE = "MAKE_NOT_COMPATIBLE",
        /// `COMPATIBILITY`: Smartcar cannot do it for this make.
        SMARTCAR_NOT_CAPABLE = "SMARTCAR_NOT_CAPABLE",
        /// `COMPATIBILITY`: the model cannot do it.
        VEHICLE_NOT_CAPABLE = "VEHICLE_NOT_CAPABLE",
        /// `COMPATIBILITY`: the manufacturer's platform cannot do it.
        PLATFORM_NOT_CAPABLE = "PLATFORM_NOT_CAPABLE",
        /// `CONNECTED_SERVICES_ACCOUNT`: the owner has something to do in that account.
        ACCOUNT_ISSUE = "ACCOUNT_ISSUE",
        /// `CONNECTED_SERVICES_ACCOUNT`: the owner changed the credentials.
        AUTHENTICATION_FAILED = "AUTHENTICATION_FAILED",
        /// `CONNECTED_SERVICES_ACCOUNT`: the account has no vehicles.
        NO_VEHICLES = "NO_VEHICLES",
        /// `CONNECTED_SERVICES_ACCOUNT`: the account does not grant what is needed.
        PERMISSION = "PERMISSION",
        /// `CONNECTED_SERVICES_ACCOUNT`: the owner's plan with the manufacturer lapsed.
        SUBSCRIPTION = "SUBSCRIPTION",
        /// `CONNECTED_SERVICES_ACCOUNT`: the vehicle left the account.
        VEHICLE_MISSING = "VEHICLE_MISSING",
        /// `CONNECTED_SERVICES_ACCOUNT`: the owner of a Tesla has to install a key.
        VIRTUAL_KEY_REQUIRED = "VIRTUAL_KEY_REQUIRED",
        /// `RATE_LIMIT`: of Smartcar.
        SMARTCAR_API = "SMARTCAR_API",
        /// `RATE_LIMIT`: of the vehicle.
        VEHICLE = "VEHICLE",
        /// `RESOURCE_NOT_FOUND`: no such path.
        PATH = "PATH",
        /// `RESOURCE_NOT_FOUND`: no such version.
        VERSION = "VERSION",
        /// `RESOURCE_NOT_FOUND` of API v3: no such signal.
        SIGNAL_NOT_FOUND = "SIGNAL_NOT_FOUND",
        /// `SERVER`: something went wrong at Smartcar.
        INTERNAL = "INTERNAL",
        /// `SERVER`: Smartcar has no record of it.
        RECORD_NOT_FOUND = "RECORD_NOT_FOUND",
        /// `SERVER`: Smartcar has several records of it.
        MULTIPLE_RECORDS_FOUND = "MULTIPLE_RECORDS_FOUND",
        /// `UPSTREAM`: the manufacturer sent what cannot be true.
        INVALID_DATA = "INVALID_DATA",
        /// `UPSTREAM`: a fault of the manufacturer's that is known.
        KNOWN_ISSUE = "KNOWN_ISSUE",
        /// `UPSTREAM`: the manufacturer does not answer.
        NO_RESPONSE = "NO_RESPONSE",
        /// `UPSTREAM`: too many requests for the manufacturer.
        RATE_LIMIT = "RATE_LIMIT",
        /// `UPSTREAM`: another fault of the manufacturer's.
        UNKNOWN_ISSUE = "UNKNOWN_ISSUE",
        /// `VALIDATION`: of a parameter.
        PARAMETER = "PARAMETER",
        /// `VALIDATION` of API v3: of a format.
        INVALID_INPUT_FORMAT = "INVALID_INPUT_FORMAT",
        /// `VALIDATION` of API v3: a parameter is missing.
        MISSING_PARAMETER = "MISSING_PARAMETER",
        /// `VEHICLE_STATE`: no contact, for the vehicle sleeps.
        ASLEEP = "ASLEEP",
        /// `VEHICLE_STATE`: it charges.
        CHARGING_IN_PROGRESS = "CHARGING_IN_PROGRESS",
        /// `VEHICLE_STATE`: it is plugged in.
        CHARGING_PLUG_CONNECTED = "CHARGING_PLUG_CONNECTED",
        /// `VEHICLE_STATE`: it is not plugged in.
        CHARGING_PLUG_NOT_CONNECTED = "CHARGING_PLUG_NOT_CONNECTED",
        /// `VEHICLE_STATE`: a door is open.
        DOOR_OPEN = "DOOR_OPEN",
        /// `VEHICLE_STATE`: there is nothing left to charge.
        FULLY_CHARGED = "FULLY_CHARGED",
        /// `VEHICLE_STATE`: the value exists only while it charges.
        NOT_CHARGING = "NOT_CHARGING",
        /// `VEHICLE_STATE`: charging failed.
        CHARGE_FAULT = "CHARGE_FAULT",
        /// `VEHICLE_STATE`: the hood is open.
        HOOD_OPEN = "HOOD_OPEN",
        /// `VEHICLE_STATE`: the ignition is on.
        IGNITION_ON = "IGNITION_ON",
        /// `VEHICLE_STATE`: it moves.
        IN_MOTION = "IN_MOTION",
        /// `VEHICLE_STATE`: remote access is switched off in the car.
        REMOTE_ACCESS_DISABLED = "REMOTE_ACCESS_DISABLED",
        /// `VEHICLE_STATE`: the trunk is open.
        TRUNK_OPEN = "TRUNK_OPEN",
        /// `VEHICLE_STATE`: no contact.
        UNREACHABLE = "UNREACHABLE",
        /// `VEHICLE_STATE`: it is in the workshop.
        VEHICLE_OFFLINE_FOR_SERVICE = "VEHICLE_OFFLINE_FOR_SERVICE",
        /// `VEHICLE_STATE`: unknown.
        UNKNOWN = "UNKNOWN",
        /// `VEHICLE_STATE`: the battery is too low.
        LOW_BATTERY = "LOW_BATTERY",
    }
}

object! {
    /// What to do about an error: an object with a type and perhaps a URL, or a string.
    #[non_exhaustive]
    pub struct Resolution keeps extra or text resolution_type {
        /// What to do; `None` when there is nothing.
        pub resolution_type: Option<ResolutionType> = "type",
        /// Where to do it.
        pub url: Option<Text> = "url",
    }
}

impl Resolution {
    /// Whether the owner is to go through Smartcar Connect again.
    pub fn is_reauthenticate(&self) -> bool {
        self.resolution_type.as_ref() == Some(&ResolutionType::REAUTHENTICATE)
    }
}

open_string! {
    /// What to do about an error, in a word.
    pub struct ResolutionType {
        /// Try again later.
        RETRY_LATER = "RETRY_LATER",
        /// The owner is to go through Smartcar Connect again.
        REAUTHENTICATE = "REAUTHENTICATE",
        /// Ask Smartcar.
        CONTACT_SUPPORT = "CONTACT_SUPPORT",
        /// The owner is to do something, at the URL.
        ACTION_REQUIRED = "ACTION_REQUIRED",
        /// Another spelling of the same.
        USER_ACTION_REQUIRED = "USER_ACTION_REQUIRED",
        /// Smartcar does not know.
        UNKNOWN_RESOLUTION_TYPE = "UNKNOWN_RESOLUTION_TYPE",
    }
}

object! {
    /// The error an endpoint answered with, in place of a body.
    ///
    /// The fields are those of API 2.0 and the three of before; `title`, `status` and whatever else API v3 adds is in `extra`.
    /// See [Smartcar Docs/API errors](https://smartcar.com/docs/errors/api-errors).
    #[non_exhaustive]
    pub struct ApiError keeps extra {
        /// The kind of error.
        pub error_type: ErrorType = "type" expected,
        /// The error within its type; null for some types.
        pub code: Option<ErrorCode> = "code",
        /// What happened, for developers.
        pub description: Option<Text> = "description" expected,
        /// The page on this error; not to be parsed.
        pub doc_url: Option<Text> = "docURL",
        /// The HTTP status.
        pub status_code: Option<u16> = "statusCode",
        /// The id of the request.
        pub request_id: Option<Text> = "requestId",
        /// What to do about it.
        pub resolution: Option<Resolution> = "resolution",
        /// What to tell the owner.
        pub suggested_user_message: Option<Text> = "suggestedUserMessage",
        /// More on some errors: which fields were wrong, which capacities were found.
        pub detail: Option<RawJson> = "detail",
        /// The kind of error, before API 2.0: `vehicle_state_error`.
        pub error: Option<Text> = "error",
        /// What happened, before API 2.0.
        pub message: Option<Text> = "message",
    }
}
