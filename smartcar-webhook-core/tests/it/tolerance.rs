//! What is sent beside, or in another form than, the known fields.

use smartcar_webhook_core::payload::v2;
use smartcar_webhook_core::payload::v4::{Scope, Signal, VehicleState};

use crate::{delivery, errors, state};

#[test]
fn what_no_field_is_known_for_survives() {
    let body = r#"{"eventType":"VEHICLE_STATE","new":0,
        "data":{"new":1,"user":{"new":2},"vehicle":{"id":"v1","new":3},"signals":[
            {"code":"a-b","new":4,"status":{"new":5,"error":{"new":6}},"meta":{"new":7}}]},
        "meta":{"new":8},"triggers":[{"type":"NEW","new":9}]}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    let signal = &state.signals[0];
    let kept = [
        &state.envelope().extra,
        &state.extra,
        &state.user.extra,
        &state.vehicle.extra,
        &signal.extra,
        &signal.status.extra,
        &signal.error().unwrap().extra,
        &signal.meta.extra,
        &state.envelope().meta.extra,
    ];
    for (number, extra) in kept.into_iter().enumerate() {
        assert_eq!(extra.get("new").unwrap().as_str(), number.to_string());
        assert_eq!(extra.len(), 1);
    }
    assert_eq!(
        state.triggers[0].sent().as_str(),
        r#"{"type":"NEW","new":9}"#
    );
    assert_eq!(state.raw(), body.as_bytes());

    let error = errors(r#"{"type":"SERVER","new":[1]}"#);
    let new: Vec<_> = error.errors[0].extra.iter().collect();
    assert_eq!((new[0].0, new[0].1.as_str()), ("new", "[1]"));
}

#[test]
fn what_no_field_is_known_for_is_written_in_the_order_sent() {
    let body = r#"{"data":{"vehicle":{"id":"v1"},"c":1,"a":2,"b":3,"a":4}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(
        serde_json::to_string(&*state).unwrap(),
        r#"{"data":{"vehicle":{"id":"v1"},"c":1,"b":3,"a":4}}"#
    );
}

/// A value of another kind than its field costs that field alone, and is kept.
#[test]
fn what_does_not_fit_its_field_is_kept() {
    let state = state(
        r#""user":["u1"],"signals":[{"code":"a-b","name":{"x":1},"meta":7},true,1.5,{"code":"c-d"}],"triggers":"none""#,
    );
    assert_eq!(state.extra.get("user").unwrap().as_str(), r#"["u1"]"#);
    assert_eq!(state.extra.get("triggers").unwrap().as_str(), r#""none""#);
    let items: Vec<_> = state.extra.iter().filter(|it| it.0 == "signals").collect();
    let items: Vec<_> = items.into_iter().map(|it| it.1.as_str()).collect();
    assert_eq!(items, ["true", "1.5"]);
    assert_eq!(state.signals.len(), 2);
    assert_eq!(
        state.signals[0].extra.get("name").unwrap().as_str(),
        r#"{"x":1}"#
    );
    assert_eq!(state.signals[0].extra.get("meta").unwrap().as_str(), "7");

    let quoted = delivery(
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","mode":{"a\"b":"c\\d"}}}}"#,
    );
    let quoted = quoted.read::<VehicleState>().unwrap();
    assert_eq!(
        quoted.vehicle.extra.get("mode").unwrap().as_str(),
        r#"{"a\"b":"c\\d"}"#
    );
}

#[test]
fn a_year_may_be_a_string() {
    for (sent, year) in [
        ("2020", Some(2020)),
        (r#""2020""#, Some(2020)),
        ("2020.0", Some(2020)),
        ("2020.5", None),
        ("-1", None),
        (r#""""#, None),
    ] {
        let body = format!(
            r#"{{"eventType":"VEHICLE_STATE","data":{{"vehicle":{{"id":"v1","year":{sent}}}}}}}"#
        );
        let state = delivery(body).read::<VehicleState>().unwrap();
        assert_eq!(state.vehicle.year, year, "{sent}");
        assert_eq!(state.vehicle.extra.get("year").is_none(), year.is_some());
    }
}

#[test]
fn what_the_smaller_objects_hold_beside_their_fields_survives() {
    let error = errors(
        r#"{"type":"SERVER","resolution":{"type":"RETRY_LATER","after":60},"signals":[{"code":"a-b","since":1}]}"#,
    );
    let error = &error.errors[0];
    let resolution = error.resolution.as_ref().unwrap();
    assert_eq!(resolution.extra.get("after").unwrap().as_str(), "60");
    let Scope::Signals([signal]) = error.scope() else {
        panic!("{:?}", error.scope());
    };
    assert_eq!(signal.extra.get("since").unwrap().as_str(), "1");

    let body = r#"{"eventType":"VEHICLE_STATE","triggers":"none","data":{"vehicle":{"id":"v1"}}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(
        state.envelope().extra.get("triggers").unwrap().as_str(),
        r#""none""#
    );
}

/// Valid JSON that serde's own reading of strings, keys and numbers stops at.
#[test]
fn half_surrogate_pairs_and_numbers_beyond_measure_cost_one_field() {
    let odd = [
        r#""\ud800""#,
        r#""a\udc00b""#,
        "1e999",
        "-1e999",
        "1234567890123456789012345678901234567890",
    ];
    for odd in odd {
        let state = delivery(format!(
            r#"{{"eventType":"VEHICLE_STATE","eventId":"e1","odd":{odd},"meta":{odd},"data":{{
                "odd":{odd},"user":{odd},"vehicle":{{"id":"v1","year":{odd},"odd":{odd}}},
                "signals":[{odd},{{"code":"a-b","body":{odd},"status":{odd},"odd":{odd}}}]}}}}"#
        ));
        assert_eq!(state.envelope().event_id.as_deref(), Some("e1"), "{odd}");
        let state = state.read::<VehicleState>().unwrap();
        let kept = [
            (&state.envelope().extra, "odd"),
            (&state.envelope().extra, "meta"),
            (&state.extra, "odd"),
            (&state.extra, "user"),
            (&state.extra, "signals"),
            (&state.vehicle.extra, "year"),
            (&state.vehicle.extra, "odd"),
            (&state.signals[0].extra, "status"),
            (&state.signals[0].extra, "odd"),
        ];
        for (extra, key) in kept {
            assert_eq!(extra.get(key).unwrap().as_str(), odd, "{key}");
        }
        assert_eq!(state.signals[0].body().unwrap().as_str(), odd);
    }
    let keys = r#"{"\ud800":1,"eventType":"VEHICLE_STATE","data":{"\udfff":2,"vehicle":{"id":"v1","\ud800x":3}}}"#;
    let state = delivery(keys).read::<VehicleState>().unwrap();
    assert_eq!(state.envelope().extra.get(r"\ud800").unwrap().as_str(), "1");
    assert_eq!(state.extra.get(r"\udfff").unwrap().as_str(), "2");
    assert_eq!(state.vehicle.extra.get(r"\ud800x").unwrap().as_str(), "3");
}

#[test]
fn keys_may_be_escaped() {
    let body =
        r#"{"\u0065ventType":"VEHICLE_STATE","data":{"vehicle":{"\u0069d":"v1","n\u0065w":1}}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.vehicle.id, "v1");
    assert_eq!(state.vehicle.extra.get("new").unwrap().as_str(), "1");
}

#[test]
fn numbers_in_place_of_texts_keep_their_spelling() {
    for id in ["17", "1e2", "123456789012345678901234567890", "-0.50"] {
        let body = format!(
            r#"{{"eventType":"VEHICLE_STATE","eventId":{id},"data":{{"vehicle":{{"id":{id}}}}}}}"#
        );
        let state = delivery(body).read::<VehicleState>().unwrap();
        assert_eq!(state.envelope().event_id.as_deref(), Some(id));
        assert_eq!(state.vehicle.id, id);
    }
}

/// Event types that users declare may hold the types of the library.
#[test]
fn the_types_of_the_wire_are_read_by_serde_too() {
    use smartcar_webhook_core::payload::{Mode, Personal, Timestamp, v4};

    #[derive(serde::Deserialize)]
    struct Own {
        vehicle: v4::Vehicle,
        signals: Vec<Signal>,
        at: Timestamp,
        mode: Option<Mode>,
        owner: Personal,
    }

    let own = r#"{"vehicle":{"id":"v1","year":"2020","new":1},"signals":[{"code":"a-b","body":{}}],"at":1772402400,"mode":"test","owner":"u1"}"#;
    let own: Own = serde_json::from_str(own).unwrap();
    assert_eq!((own.vehicle.year, own.vehicle.extra.len()), (Some(2020), 1));
    assert!(own.signals[0].body().is_some());
    assert_eq!(own.at.millis(), Some(1_772_402_400_000));
    assert_eq!(own.mode, Some(Mode::TEST));
    assert_eq!(own.owner.as_str(), "u1");
    assert!(serde_json::from_str::<Own>(r#"{"vehicle":7}"#).is_err());
}

/// The envelope and the payload take what repeats alike.
#[test]
fn envelope_and_payload_agree_on_the_vehicle() {
    let bodies = [
        r#"{"eventType":"VEHICLE_STATE","vehicleId":"B","data":{"vehicle":{"id":"A"}},"data":{"vehicle":{}}}"#,
        r#"{"eventType":"VEHICLE_STATE","vehicleId":"A","data":{"vehicle":{"id":""}}}"#,
        r#"{"eventType":"VEHICLE_STATE","vehicleId":"","data":{"vehicle":{"id":"A"}}}"#,
        r#"{"eventType":"VEHICLE_STATE","vehicleId":"B","data":{"vehicle":{"id":"C","id":"A"}}}"#,
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"A"}},"data":null}"#,
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"A"}},"data":7}"#,
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"A"}},"data":[]}"#,
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"A"},"vehicle":[1]}}"#,
    ];
    for body in bodies {
        let state = delivery(body).read::<VehicleState>().unwrap();
        assert_eq!(state.vehicle.id, "A", "{body}");
        assert_eq!(state.envelope().vehicle_id(), Some("A"), "{body}");
    }
}

/// Of members that repeat, the last that fits counts, whichever that is.
#[test]
fn what_does_not_fit_leaves_what_fits() {
    for signals in [
        r#""signals":5,"signals":[{"code":"a-b"}]"#,
        r#""signals":[{"code":"a-b"}],"signals":5"#,
    ] {
        assert_eq!(state(signals).signals.len(), 1, "{signals}");
    }
    let error = errors(r#"{"type":"SERVER","resolution":{"type":"RETRY_LATER"},"resolution":[]}"#);
    assert!(
        error.errors[0]
            .resolution
            .as_ref()
            .unwrap()
            .resolution_type
            .is_some()
    );
}

#[test]
fn an_empty_vehicle_id_is_none() {
    let body = r#"{"eventType":"VEHICLE_STATE","vehicleId":"","data":{"vehicle":{"id":""}}}"#;
    let nameless = delivery(body);
    assert!(nameless.envelope().vehicles.is_empty());
    let err = nameless.read::<VehicleState>().unwrap_err();
    assert_eq!(err.path(), Some("data.vehicle.id"));
}

#[test]
fn codes_are_in_lower_case_however_they_were_sent() {
    let signals = r#"{"code":"Odometer-TraveledDistance"},{"code":"Charge.IsCharging"},{"group":"HVAC","name":"IsOn"},{"name":"IsOn"}"#;
    let state = state(&format!(
        r#""signals":[{signals}],"triggers":["Charge-IsCharging"]"#
    ));
    let codes: Vec<_> = state.signals.iter().map(Signal::code).collect();
    assert_eq!(
        codes,
        [
            "odometer-traveleddistance",
            "charge-ischarging",
            "hvac-ison",
            ""
        ]
    );
    assert!(state.triggered_by_code("charge-ischarging"));
}

/// With `serde_json/arbitrary_precision` these come to a reader as objects.
#[test]
fn numbers_in_place_of_containers_are_left_over() {
    let body = r#"{"eventType":"VEHICLE_STATE","meta":1.5,"data":{"vehicle":{"id":7.5},"user":0.5,"triggers":2.5,"signals":[1.5]}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.vehicle.id, "7.5");
    assert_eq!(state.envelope().extra.get("meta").unwrap().as_str(), "1.5");
    assert_eq!(state.extra.get("user").unwrap().as_str(), "0.5");
    assert_eq!(state.extra.get("triggers").unwrap().as_str(), "2.5");
    assert_eq!(state.extra.get("signals").unwrap().as_str(), "1.5");

    let data = r#"{"vehicleId":"v1","data":[{"path":"/vin","headers":0.5}]}"#;
    let body = format!(r#"{{"eventName":"dynamic","payload":{{"vehicles":[{data}]}}}}"#);
    let dynamic = delivery(body).read::<v2::Dynamic>().unwrap();
    let response = &dynamic.vehicles[0].data[0];
    assert_eq!(response.extra.get("headers").unwrap().as_str(), "0.5");
    assert_eq!(response.headers.iter().count(), 0);
}
