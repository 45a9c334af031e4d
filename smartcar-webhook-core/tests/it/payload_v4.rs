use smartcar_webhook_core::payload::v4::{
    ErrorState, Powertrain, StatusValue, VehicleError, VehicleState,
};
use smartcar_webhook_core::payload::{
    ErrorCode, ErrorType, EventType, Generation, Mode, ResolutionType,
};

use crate::{delivery, fixture};

#[test]
fn a_state_as_it_comes_over_the_wire() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();

    let envelope = state.envelope();
    assert_eq!(envelope.generation, Generation::V4);
    assert_eq!(envelope.event_type, Some(EventType::VEHICLE_STATE));
    assert_eq!(
        envelope.event_id.as_deref(),
        Some("e0000000-0000-4000-8000-000000000001")
    );
    assert_eq!(envelope.version.as_deref(), Some("4.0"));
    assert_eq!(
        envelope.webhook_id.as_deref(),
        Some("3c1a7a34-8f65-4c0c-9d0c-0f4f6a1f7b21")
    );
    assert_eq!(envelope.mode, Some(Mode::LIVE));
    assert_eq!(
        envelope.vehicle_id(),
        Some("0b6f6a0e-6f0d-4f0e-8a53-5a5b1d0c7e11")
    );
    assert!(envelope.extra.is_empty());
    assert_eq!(
        envelope.meta.delivery_id.as_deref(),
        Some("d0000000-0000-4000-8000-000000000001")
    );
    assert_eq!(
        envelope.meta.delivered_at().unwrap().millis(),
        Some(1_772_402_400_000)
    );
    assert_eq!(envelope.meta.webhook_name.as_deref(), Some("Fleet"));
    assert_eq!(envelope.meta.signal_count, Some(7));
    assert!(envelope.meta.extra.is_empty());

    assert_eq!(
        state.user.id.as_ref().unwrap().as_str(),
        "5d6cbb1e-1c55-4c5a-9f77-2f5be0a3f0aa"
    );
    assert_eq!(state.vehicle.id, "0b6f6a0e-6f0d-4f0e-8a53-5a5b1d0c7e11");
    assert_eq!(state.vehicle.make.as_deref(), Some("POLESTAR"));
    assert_eq!(state.vehicle.model.as_deref(), Some("2"));
    assert_eq!(state.vehicle.year, Some(2023));
    assert!(
        state.extra.is_empty() && state.vehicle.extra.is_empty() && state.user.extra.is_empty()
    );

    assert_eq!(state.signals.len(), 7);
    for signal in &state.signals {
        assert_eq!(
            &*signal.code(),
            &*format!("{}-{}", signal.group, signal.name).to_lowercase()
        );
        assert!(signal.extra.is_empty() && signal.status.extra.is_empty());
    }
    let charge = state
        .signal_by_code("tractionbattery-stateofcharge")
        .unwrap();
    assert_eq!(
        charge.body().unwrap().as_str(),
        r#"{"unit":"percent","value":64.5}"#
    );
    assert_eq!(charge.status.value, Some(StatusValue::SUCCESS));
    assert_eq!(
        charge.meta.oem_updated_at().unwrap().millis(),
        Some(1_772_402_390_000)
    );
    assert_eq!(
        charge.meta.retrieved_at().unwrap().millis(),
        Some(1_772_402_395_000)
    );
    assert!(state.triggered_by_code("tractionbattery-stateofcharge"));
    assert!(!state.triggered_by_code("charge-ischarging"));
    assert!(!state.is_first_delivery());
}

#[test]
fn a_state_as_it_is_documented() {
    let state = fixture("v4-vehicle-state-as-documented")
        .read::<VehicleState>()
        .unwrap();
    let meta = &state.envelope().meta;
    assert_eq!(meta.sequence, Some(1_772_402_400_001));
    assert_eq!(
        meta.application_id.as_deref(),
        Some("app_00000000-0000-0000-0000-000000000000")
    );
    assert_eq!(
        state.user.external_id.as_ref().unwrap().as_str(),
        "customer-17"
    );
    assert_eq!(state.vehicle.mode, Some(Mode::LIVE));
    assert_eq!(state.vehicle.powertrain_type, Some(Powertrain::BEV));
    assert!(state.is_first_delivery());
    assert!(state.triggered_by_code("odometer-traveleddistance"));
    assert!(state.extra.is_empty() && state.envelope().extra.is_empty());
    assert!(!state.signals[0].is_error());
}

#[test]
fn errors_as_they_come_over_the_wire() {
    let error = fixture("v4-vehicle-error").read::<VehicleError>().unwrap();
    let [capability, permission, key] = &error.errors[..] else {
        panic!("{:?}", error.errors);
    };
    assert_eq!(capability.error_type, ErrorType::COMPATIBILITY);
    assert_eq!(capability.code, Some(ErrorCode::VEHICLE_NOT_CAPABLE));
    assert_eq!(
        capability.description.as_deref(),
        Some("The car cannot do this.")
    );
    assert_eq!(
        capability.suggested_user_message.as_deref(),
        Some("Your car cannot do this.")
    );
    assert!(
        capability
            .doc_url
            .as_deref()
            .unwrap()
            .ends_with("#vehicle-not-capable")
    );
    assert_eq!(capability.state(), ErrorState::ERROR);
    assert_eq!(permission.error_type, ErrorType::PERMISSION);
    assert_eq!(
        permission.resolution.as_ref().unwrap().resolution_type,
        Some(ResolutionType::REAUTHENTICATE)
    );
    assert_eq!(
        key.resolution.as_ref().unwrap().url.as_deref(),
        Some("https://example.com/key")
    );
    assert!(
        error
            .errors
            .iter()
            .all(|it| it.extra.is_empty() && !it.is_resolved())
    );

    let resolved = fixture("v4-vehicle-error-resolved")
        .read::<VehicleError>()
        .unwrap();
    assert!(resolved.errors[0].is_resolved());
    assert!(resolved.errors[0].resolution.is_none());
}

#[test]
fn version_3_is_read_as_4() {
    let body = r#"{"eventId":"1234567890","eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","vin":"V1N"},"signals":[{"code":"a-b","body":{"percentage":75}}],"user":{"id":"u1"}},"triggers":[],"meta":{"version":"3.0","deliveredAt":1700000000,"signalCount":5}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.envelope().generation, Generation::V4);
    assert_eq!(state.envelope().version.as_deref(), Some("3.0"));
    assert_eq!(
        state.envelope().meta.delivered_at().unwrap().millis(),
        Some(1_700_000_000_000)
    );
    assert_eq!(state.vehicle.vin.as_ref().unwrap().as_str(), "V1N");
}

#[test]
fn the_order_of_keys_does_not_count() {
    let body = r#"{"meta":{"version":"4.0"},"triggers":["Charge.IsCharging"],"data":{"signals":[{"body":{"value":1},"code":"a-b"}],"vehicle":{"id":"v1"}},"eventType":"VEHICLE_STATE","eventId":"e1"}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.signals.len() + state.triggers.len(), 2);
}
