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
        // sha256 of "2:r12:r2", and of the bodies, by `sha256sum`.
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[{"requestId":"r1"},{"requestId":"r2"}]}}"#,
            "requests:d837a1537cb9794cff1e96f1574218f41f92e09ed126e6be6347bd5796dca547",
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
