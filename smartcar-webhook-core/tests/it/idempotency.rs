use crate::delivery;

#[test]
fn keys_for_idempotency_follow_the_kind() {
    let cases = [
        (
            r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d1"}}"#,
            "event:e1",
        ),
        (
            r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d2"}}"#,
            "event:e1",
        ),
        (
            r#"{"eventName":"eventBased","payload":{"eventId":"e2","eventType":"CHARGING_STARTED"}}"#,
            "event:e2",
        ),
        // sha256 of "r1\nr2\n", and of the bodies, by `sha256sum`.
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[{"requestId":"r1"},{"requestId":"r2"}]}}"#,
            "requests:041f633e79199d3227c2e5cc0c4bba82f907c5a1f7fd2841d2add5e893d0e2f2",
        ),
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[{"requestId":"r1"},{}]}}"#,
            "body:",
        ),
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[]}}"#,
            "body:",
        ),
        // An empty id is none.
        (r#"{"eventType":"VEHICLE_STATE","eventId":""}"#, "body:"),
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[{"requestId":""}]}}"#,
            "body:",
        ),
        (
            "{}",
            "body:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        ),
    ];
    for (body, key) in cases {
        let actual = delivery(body).idempotency_key();
        assert!(
            actual == key || key == "body:" && actual.starts_with(key),
            "{body}: {actual}"
        );
    }
}
