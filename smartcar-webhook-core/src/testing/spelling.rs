//! The spellings of one and the same delivery.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

mod part;
mod named;
mod meta;
mod ids;
mod triggers;
mod signals;
mod bodies;
mod errors;
mod v2;

/// Declares each spelling by its name and the function that respells a body.
macro_rules! spellings {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $respell:path;)*) => {
        /// One of the spellings in which the same delivery is known, documented or captured.
        ///
        /// What is respelled is a body as it comes over the wire today, such as the builders of [`testing`](crate::testing) make.
        /// Behind each is where it is known from: "wire" is a delivery that its receiver published, a page one of Smartcar's documentation, in some version.
        ///
        /// Several spellings may be applied one after the other, in any order; of two that contradict each other the last one counts, or the first if it left the other nothing to respell.
        /// None touches the event id or the ids of requests, by which copies are told.
        ///
        /// ```
        /// use smartcar_webhook_core::signal::ChargeIsCharging;
        /// use smartcar_webhook_core::testing::{Spelling, vehicle_state};
        ///
        /// let mut body = vehicle_state().signal::<ChargeIsCharging>(true).to_value();
        /// assert!(Spelling::TriggersAsNames.respell(&mut body));
        /// assert_eq!(body["triggers"][0]["signal"], "Charge.IsCharging");
        /// assert!(!Spelling::Scheduled.respell(&mut body));
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Spelling {
            $($(#[$doc])* $variant,)*
        }

        impl Spelling {
            /// Every spelling.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name, for command lines: `triggers-as-names`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            fn function(self) -> fn(&mut Value) {
                match self {
                    $(Self::$variant => $respell,)*
                }
            }
        }
    };
}

spellings! {
    /// A challenge of 4.0 inside `payload`: text of page "Callback verification", against its example.
    ChallengeInPayload = "challenge-in-payload", meta::challenge_in_payload;
    /// `deliveredAt` in ISO 8601: wire, VERIFY and the test button of August 2025; page "Reliability".
    DeliveredAtIso = "delivered-at-iso", meta::delivered_at_iso;
    /// `deliveredAt` in seconds: page "Responses" of version 3.0.
    DeliveredAtSeconds = "delivered-at-seconds", meta::delivered_at_seconds;
    /// `deliveryTimestamp`, in ISO 8601, in place of `deliveredAt`: page "Detect charging session".
    DeliveryTimestamp = "delivery-timestamp", meta::delivery_timestamp;
    /// `deliveryTime` beside `deliveredAt`: wire, September 2025.
    DeliveryTime = "delivery-time", meta::delivery_time;
    /// `meta` inside `data`: page "Detect charging session".
    MetaInData = "meta-in-data", meta::meta_in_data;
    /// Version `3.0`: page "Responses", first version.
    Version3 = "version-3", meta::version_3;
    /// No version: wire, September 2025.
    VersionAbsent = "version-absent", meta::version_absent;
    /// The mode of 4.0 in lower case, as 2.0 and `data.vehicle.mode` have it: page "Vehicle state", 2026.
    ModeInLowerCase = "mode-in-lower-case", meta::mode_in_lower_case;
    /// Simulated in place of test, in the case of the generation: changelog of July 2024, for 2.0; nobody has shown it in 4.0.
    ModeSimulated = "mode-simulated", meta::mode_simulated;
    /// `data.vehicle.mode` beside the mode of `meta`: page "Vehicle state", 2026, and the test button of September 2026.
    VehicleMode = "vehicle-mode", meta::vehicle_mode;
    /// The application's id in `meta`: wire, September 2026.
    ApplicationId = "application-id", meta::application_id;
    /// A sequence in `meta`: page "Vehicle state", 2026.
    Sequence = "sequence", meta::sequence;
    /// More signals counted than there are: page "Responses" of version 3.0.
    SignalCountWrong = "signal-count-wrong", meta::signal_count_wrong;
    /// Nothing of what came with 2026: application, sequence, external id, the vehicle's mode and powertrain: wire, 2025.
    FieldsOf2025 = "fields-of-2025", meta::fields_of_2025;

    /// The vehicle's id at the top level, too: page "Vehicle state".
    VehicleIdBeside = "vehicle-id-beside", ids::vehicle_id_beside;
    /// The vehicle's id at the top level alone: page "Webhook events", where `data` is left out.
    VehicleIdBesideOnly = "vehicle-id-beside-only", ids::vehicle_id_beside_only;
    /// The vehicle's id in upper case: page "Event based webhooks".
    VehicleIdInUpperCase = "vehicle-id-in-upper-case", ids::vehicle_id_in_upper_case;
    /// A user's id that begins with `user_`: page "Responses".
    UserIdPrefixed = "user-id-prefixed", ids::user_id_prefixed;
    /// A user's id with letters that are no hexadecimal digits: page "Vehicle state".
    UserIdNotHex = "user-id-not-hex", ids::user_id_not_hex;
    /// A webhook's id that begins with `wh_`: wire, September 2026.
    WebhookIdPrefixed = "webhook-id-prefixed", ids::webhook_id_prefixed;
    /// The app's own id of the user: page "Vehicle state", 2026.
    ExternalId = "external-id", ids::external_id;
    /// No own id of the user, as a null: wire, September 2026.
    ExternalIdNull = "external-id-null", ids::external_id_null;
    /// The powertrain of a car without an engine: page "Vehicle state", 2026.
    PowertrainType = "powertrain-type", ids::powertrain_type;
    /// A powertrain that is null: an integration's documentation, 2026.
    PowertrainTypeNull = "powertrain-type-null", ids::powertrain_type_null;
    /// The model year as a string: test data of the Java SDK, for API v3; also in what `/` answers.
    YearAsString = "year-as-string", ids::year_as_string;
    /// The make as `Tesla`, not `TESLA`: wire.
    MakeInTitleCase = "make-in-title-case", ids::make_in_title_case;

    /// Triggers name their signal as `Group.Name`: wire, September 2025.
    TriggersAsNames = "triggers-as-names", triggers::as_names;
    /// Triggers name their signal by its code alone: page "Responses" of version 3.0.
    TriggersByCode = "triggers-by-code", triggers::by_code;
    /// Triggers as they are, but inside `data`: page "Detect charging session".
    TriggersInData = "triggers-in-data", triggers::in_data;
    /// Triggers inside `data` that are signals, or the code `FIRST_DELIVERY`: page "Vehicle state".
    TriggersInDataAsSignals = "triggers-in-data-as-signals", triggers::in_data_as_signals;
    /// Triggers inside `data` that are strings: page "Delivery behavior".
    TriggersInDataAsStrings = "triggers-in-data-as-strings", triggers::in_data_as_strings;
    /// An empty list of triggers, which loses the reason: wire, test button, August 2025.
    TriggersEmpty = "triggers-empty", triggers::empty;

    /// Signals as a map by `Group.Name` to their bodies, which loses their times: page "Delivery behavior".
    SignalsAsMap = "signals-as-map", signals::as_map;
    /// Only the signals that triggered: page "Responses", against page "Vehicle state" and the wire.
    SignalsRelevantOnly = "signals-relevant-only", signals::relevant_only;
    /// No `status` on signals that could be read: wire, before November 2025.
    StatusAbsent = "status-absent", signals::status_absent;
    /// Signals that could not be read beside an old body: wire.
    StaleBody = "stale-body", signals::stale_body;
    /// `fetchedAt` in place of `retrievedAt`: page "Vehicle state".
    FetchedAt = "fetched-at", signals::fetched_at;
    /// `oemUpdatedAt` 0, which means unknown: wire.
    OemUpdatedAtZero = "oem-updated-at-zero", signals::oem_updated_at_zero;
    /// The times of signals in ISO 8601: test data of the SDKs, for API v3.
    SignalTimesIso = "signal-times-iso", signals::times_iso;
    /// Signals with an empty `meta`: wire, September 2025.
    SignalMetaEmpty = "signal-meta-empty", signals::meta_empty;
    /// Signals without `meta`: page "Responses" of version 3.0.
    SignalMetaAbsent = "signal-meta-absent", signals::meta_absent;

    /// Units as `kilometers`, `kph`, `kilowatt_hours`, `amps`: pages "Signals", 2025.
    UnitsDocumented = "units-documented", bodies::units_documented;
    /// The unit of energy as `kWhr`: page "Signals", for the nominal capacity.
    UnitsKwhr = "units-kwhr", bodies::units_kwhr;
    /// Units as `percentage`, `kilowatt-hours`, `degrees-celsius`: description of API v3.
    UnitsOpenApi = "units-openapi", bodies::units_open_api;
    /// Units as `watt`, `minute`: test data of API v3.
    UnitsSingular = "units-singular", bodies::units_singular;
    /// No units: wire, September 2025 and test button.
    UnitsAbsent = "units-absent", bodies::units_absent;
    /// `values` of limits, doors and windows as an object: wire, test button, August 2025; examples of API v3. Their typed reading fails, as is promised.
    ValuesAsObject = "values-as-object", bodies::values_as_object;
    /// `availbableCapacities`: wire, test button, August 2025.
    CapacitiesMisspelled = "capacities-misspelled", bodies::capacities_misspelled;
    /// A state of charge as `percentage`, without a value: page "Responses" of version 3.0. Its typed reading fails.
    ChargeAsPercentage = "charge-as-percentage", bodies::charge_as_percentage;
    /// Limits, timers and records by `CONNECTOR`: wire and pages "Signals", before January 2026.
    LimitsByConnector = "limits-by-connector", bodies::by_connector;
    /// The same by `CHARGING_TYPE`: changelog of January 2026.
    LimitsByChargingType = "limits-by-charging-type", bodies::by_charging_type;
    /// Types of limits and timers in lower case: wire, test button; page "Signals".
    LimitsInLowerCase = "limits-in-lower-case", bodies::limits_in_lower_case;

    /// The code of a `PERMISSION` error as null: wire.
    ErrorCodeNull = "error-code-null", errors::code_null;
    /// A resolution as a string, without its URL: test data of the Java SDK, for 2.0.
    ResolutionAsString = "resolution-as-string", errors::resolution_as_string;
    /// No resolution, as an object whose type is null: wire; test data of the Java SDK.
    ResolutionTypeNull = "resolution-type-null", errors::resolution_type_null;
    /// No resolution, as a null: pages "API errors".
    ResolutionNull = "resolution-null", errors::resolution_null;
    /// No resolution, by its absence: page "Vehicle error", for errors that are over.
    ResolutionAbsent = "resolution-absent", errors::resolution_absent;
    /// `CONTACT_SUPPORT` for `VEHICLE_NOT_CAPABLE`: page "Vehicle error", against the wire.
    ContactSupport = "contact-support", errors::contact_support;
    /// An error that is over without resolution, page and message: page "Vehicle error".
    ResolvedBrief = "resolved-brief", errors::resolved_brief;
    /// No state on an error that came up: nobody has shown it.
    ErrorStateAbsent = "error-state-absent", errors::state_absent;
    /// The signals of an error as `Group.Name`: wire, September 2025.
    ErrorSignalsAsNames = "error-signals-as-names", errors::signals_as_names;
    /// No signals beside an error of the account, which is about the whole vehicle: wire.
    ErrorSignalsAbsent = "error-signals-absent", errors::signals_absent;
    /// The signals of an error with name and group swapped: an integration's test data, perhaps a slip.
    ErrorSignalsSwapped = "error-signals-swapped", errors::signals_swapped;
    /// The page of an error as `api-errors/permission-errors#null`: wire; pages "API errors".
    DocUrl = "doc-url", errors::doc_url;
    /// The page of an error as `v2.0/permission/#null`: test data of the Java SDK.
    DocUrlOfV2 = "doc-url-of-v2", errors::doc_url_of_v2;
    /// `CONNECT_SERVICES_ACCOUNT` in 2.0: page "Dynamic webhooks".
    ConnectServicesAccount = "connect-services-account", errors::connect_services_account;
    /// The error object of before 2.0, of `error`, `message` and `code`: test data of the Java SDK.
    ErrorBeforeV2 = "error-before-v2", errors::before_v2;

    /// `scheduled` in place of `schedule`: page "Scheduled webhooks".
    Scheduled = "scheduled", v2::scheduled;
    /// `timestamp` in place of `eventTime`: questions on page "Event based webhooks".
    EventTimeAsTimestamp = "event-time-as-timestamp", v2::event_time_as_timestamp;
    /// Empty headers beside an error: test data of the Java SDK.
    HeadersEmpty = "headers-empty", v2::headers_empty;
    /// No headers beside an error: test data of the Java SDK.
    HeadersAbsent = "headers-absent", v2::headers_absent;
    /// No unit system in the headers, where it is the metric one: page "Dynamic webhooks".
    UnitSystemAbsent = "unit-system-absent", v2::unit_system_absent;
    /// `sc-fetched-at` among the headers: changelog of December 2024.
    FetchedAtHeader = "fetched-at-header", v2::fetched_at_header;
    /// Names of headers as `SC-Data-Age`: pages "API reference".
    HeadersInTitleCase = "headers-in-title-case", v2::headers_in_title_case;
    /// `systemID`: one place of page "System status".
    SystemIdInCapitals = "system-id-in-capitals", v2::system_id_in_capitals;
    /// A service history that is a list: test data of the Java SDK.
    ServiceHistoryAsList = "service-history-as-list", v2::service_history_as_list;
}

impl Spelling {
    /// Respells a delivery, or leaves it as it is where that spelling says nothing about its kind. Whether it did.
    pub fn respell(self, body: &mut Value) -> bool {
        let before = body.clone();
        self.function()(body);
        *body != before
    }
}

impl fmt::Display for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// By [name](Spelling::name).
impl FromStr for Spelling {
    type Err = UnknownSpelling;

    fn from_str(name: &str) -> Result<Self, UnknownSpelling> {
        let mut all = Self::ALL.iter().copied();
        all.find(|it| it.name() == name).ok_or(UnknownSpelling(()))
    }
}

/// Why a text is no [`Spelling`]: none has this name.
#[derive(Clone, Debug)]
pub struct UnknownSpelling(());

impl fmt::Display for UnknownSpelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no spelling has this name")
    }
}

impl std::error::Error for UnknownSpelling {}
