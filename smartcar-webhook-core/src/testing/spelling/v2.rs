//! Deliveries of 2.0, but for their errors.

use serde_json::{Value, json};

use super::part::{Object, answers, is_failed, is_v4, object, rename, responses, says};

pub(super) fn scheduled(body: &mut Value) {
    if let Some(body) = body.as_object_mut()
        && says(body, "eventName", "schedule")
    {
        body.insert("eventName".to_owned(), "scheduled".into());
    }
}

pub(super) fn event_time_as_timestamp(body: &mut Value) {
    if !is_v4(body)
        && let Some(payload) = object(body, "/payload")
    {
        rename(payload, "eventTime", "timestamp");
    }
}

pub(super) fn headers_empty(body: &mut Value) {
    for response in responses(body).filter(|it| is_failed(it)) {
        response.insert("headers".to_owned(), json!({}));
    }
}

pub(super) fn headers_absent(body: &mut Value) {
    for response in responses(body).filter(|it| is_failed(it)) {
        response.remove("headers");
    }
}

fn headers(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    responses(body).filter_map(|it| it.get_mut("headers")?.as_object_mut())
}

pub(super) fn unit_system_absent(body: &mut Value) {
    let is_metric = |name: &str, value: &Value| {
        name.eq_ignore_ascii_case("sc-unit-system") && *value == "metric"
    };
    for headers in headers(body) {
        headers.retain(|name, value| !is_metric(name, value));
    }
}

pub(super) fn fetched_at_header(body: &mut Value) {
    for headers in headers(body) {
        let mut names = headers.iter();
        let age = names.find(|it| it.0.eq_ignore_ascii_case("sc-data-age"));
        if let Some(age) = age.map(|it| it.1.clone()) {
            headers.insert("sc-fetched-at".to_owned(), age);
        }
    }
}

pub(super) fn headers_in_title_case(body: &mut Value) {
    let names = ["SC-Data-Age", "SC-Fetched-At", "SC-Unit-System"];
    for headers in headers(body) {
        for name in names {
            rename(headers, &name.to_ascii_lowercase(), name);
        }
    }
}

pub(super) fn system_id_in_capitals(body: &mut Value) {
    for answer in answers(body, "/diagnostics/system_status") {
        let systems = answer.get_mut("systems").and_then(Value::as_array_mut);
        let systems = systems.into_iter().flatten();
        for system in systems.filter_map(Value::as_object_mut) {
            rename(system, "systemId", "systemID");
        }
    }
}

pub(super) fn service_history_as_list(body: &mut Value) {
    for answer in answers(body, "/service/history").filter(|it| it.is_object()) {
        *answer = json!([*answer]);
    }
}
