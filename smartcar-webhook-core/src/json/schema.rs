//! The JSON Schema of what is declared.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{Field, Need};

/// An object with these fields; others are allowed, for Smartcar adds some at any time.
pub(crate) fn object_schema(generator: &mut SchemaGenerator, fields: &[Field]) -> Schema {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let mut schema = (field.schema)(generator);
        if field.need == Need::Optional {
            schema = json_schema!({"anyOf": [schema, {"type": "null"}]});
        }
        if !field.doc.is_empty() {
            schema = described(schema, field.doc.trim());
        }
        properties.insert(field.key.to_owned(), schema.to_value());
        if field.need != Need::Optional {
            required.push(Value::from(field.key));
        }
    }
    let mut schema = json_schema!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

/// A description, without the links that only rustdoc follows.
fn described(mut schema: Schema, doc: &str) -> Schema {
    schema.insert(
        "description".to_owned(),
        doc.replace(['[', ']', '`'], "").into(),
    );
    schema
}

/// The same, or a string.
pub(crate) fn or_text(schema: &Schema) -> Schema {
    json_schema!({"anyOf": [schema, {"type": "string"}]})
}
