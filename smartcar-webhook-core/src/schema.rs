//! JSON Schemas of deliveries, behind the feature `schemars`.
//!
//! They say what the types of this library declare, and allow members those do not know.
//! What they refuse is what [`Delivery::drift`](crate::Delivery::drift) calls missing or of the wrong type, where codes and paths are spelled as they are declared.
//! The types that payloads are made of implement `schemars::JsonSchema` too, for those who derive it for a type that holds one.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::endpoint::KnownEndpoint;
use crate::json::{Wire, object_schema};
use crate::payload::v2::{event_based, vehicles};
use crate::payload::v4::{vehicle_error, vehicle_state};
use crate::payload::{ApiError, EventType};
use crate::signal::KnownSignal;

/// The schema of the body of each event type, down to the bodies of signals and endpoints.
///
/// ```
/// for (event_type, schema) in smartcar_webhook_core::schema::all() {
///     println!("{event_type}: {}", schema.as_value());
/// }
/// ```
pub fn all() -> Vec<(EventType, Schema)> {
    let event_type = |it: EventType| (it.clone(), json!({"eventType": {"const": it.as_str()}}));
    let event_based = |it: EventType| {
        let payload = json!({"properties": {"eventType": {"const": it.as_str()}}});
        (
            it,
            json!({"eventName": {"const": "eventBased"}, "payload": payload}),
        )
    };
    let event_name = |it: EventType, names: Value| (it, json!({"eventName": {"enum": names}}));
    vec![
        schema::<vehicle_state::Body>(event_type(EventType::VEHICLE_STATE)),
        schema::<vehicle_error::Body>(event_type(EventType::VEHICLE_ERROR)),
        schema::<event_based::Body>(event_based(EventType::CHARGING_STARTED)),
        schema::<event_based::Body>(event_based(EventType::CHARGING_STOPPED)),
        schema::<event_based::Body>(event_based(EventType::CHARGING_COMPLETED)),
        schema::<vehicles::Body>(event_name(
            EventType::SCHEDULE,
            json!(["schedule", "scheduled"]),
        )),
        schema::<vehicles::Body>(event_name(EventType::DYNAMIC, json!(["dynamic"]))),
    ]
}

/// The schema of a body, and what tells it from other bodies of the same type.
fn schema<B: Wire>((event_type, told_by): (EventType, Value)) -> (EventType, Schema) {
    let mut generator = SchemaGenerator::default();
    let mut body = object_schema(&mut generator, B::fields());
    refine(&mut generator, "Signal", bodies_of_signals);
    refine(&mut generator, "EndpointResponse", bodies_of_endpoints);
    let meta_schema = generator.settings().meta_schema.clone();
    body.insert("$schema".to_owned(), json!(meta_schema));
    body.insert("title".to_owned(), json!(event_type.as_str()));
    body.insert("allOf".to_owned(), json!([{"properties": told_by}]));
    body.insert(
        "$defs".to_owned(),
        Value::Object(generator.take_definitions(true)),
    );
    (event_type, body)
}

/// Adds to a definition, where it is in use, what depends on the values in it.
fn refine(
    generator: &mut SchemaGenerator,
    name: &str,
    bodies: fn(&mut SchemaGenerator) -> Vec<Value>,
) {
    if generator.definitions().contains_key(name) {
        let bodies = bodies(generator);
        let definition = generator.definitions_mut().get_mut(name);
        if let Some(definition) = definition.and_then(Value::as_object_mut) {
            definition.insert("allOf".to_owned(), bodies.into());
        }
    }
}

fn bodies_of_signals(generator: &mut SchemaGenerator) -> Vec<Value> {
    // What `Signal::is_error` says, in the words of a schema.
    let success = json!({"type": "string", "pattern": "^[Ss][Uu][Cc][Cc][Ee][Ss][Ss]$"});
    let failed = json!({"required": ["status"], "properties": {"status": {"type": "object", "anyOf": [
        {"required": ["error"], "properties": {"error": {"type": "object"}}},
        {"required": ["value"], "properties": {"value": {"type": "string", "not": success}}},
    ]}}});
    let known = KnownSignal::all().iter();
    known
        .map(|it| {
            let body = (it.schema)(generator);
            let is_it = is_member("code", it.code());
            json!({"if": is_it, "then": {"anyOf": [{"properties": {"body": or_null(&body)}}, failed]}})
        })
        .collect()
}

fn bodies_of_endpoints(generator: &mut SchemaGenerator) -> Vec<Value> {
    let succeeded = json!({"properties": {"code": {"minimum": 200, "maximum": 299}}});
    let known = KnownEndpoint::all().iter();
    let mut bodies: Vec<_> = known
        .map(|it| {
            let body = (it.schema)(generator);
            let is_it = json!({"allOf": [is_member("path", it.path()), succeeded]});
            json!({"if": is_it, "then": {"properties": {"body": or_null(&body)}}})
        })
        .collect();
    let error = ApiError::schema(generator);
    bodies.push(json!({"if": succeeded, "else": {"properties": {"body": or_null(&error)}}}));
    bodies
}

fn or_null(schema: &Schema) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn is_member(key: &str, value: &str) -> Schema {
    let mut properties = Map::new();
    properties.insert(key.to_owned(), json!({"const": value}));
    json_schema!({"properties": properties, "required": [key]})
}
