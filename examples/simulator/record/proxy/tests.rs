use std::path::PathBuf;

use smartcar_webhook_core::ManagementToken;

use super::*;

/// A proxy, and a folder for it that is to be removed.
fn proxy(to: &str) -> (Proxy, PathBuf) {
    let keys = Keyring::new("it", ManagementToken::new("amt").unwrap());
    let folder = std::env::temp_dir().join(format!("proxy-{}", uuid::Uuid::new_v4()));
    let shelf = Shelf::new(folder.clone()).unwrap();
    let to = to.parse().unwrap();
    let client = Client::new().unwrap();
    (
        Proxy::new(client, to, keys, shelf, Printer::new(true)),
        folder,
    )
}

#[test]
fn requests_go_where_the_flag_says() {
    let cases = [
        ("http://r", "/hook?a=b", "http://r/hook?a=b"),
        ("http://r/", "/hook", "http://r/hook"),
        ("http://r:81/in", "/hook", "http://r:81/in"),
        ("http://r/in", "/hook?a=b", "http://r/in?a=b"),
        ("https://r/in?c=d", "/?a=b", "https://r/in?c=d&a=b"),
    ];
    for (to, asked, expected) in cases {
        let (proxy, folder) = proxy(to);
        let target = proxy.target(&asked.parse().unwrap()).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(target.to_string(), expected);
    }
}

#[test]
fn what_is_about_a_connection_is_not_passed_on() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("connection", "keep-alive, x-hop"),
        ("x-hop", "1"),
        ("transfer-encoding", "chunked"),
        ("sc-signature", "1"),
        ("x-mine", "2"),
        ("host", "h"),
    ] {
        headers.insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    strip(&mut headers);
    let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    left.sort_unstable();
    assert_eq!(left, ["host", "sc-signature", "x-mine"]);
}

#[test]
fn only_verified_deliveries_are_written_down() {
    let (proxy, folder) = proxy("http://r");
    let body = Bytes::from(r#"{"eventId":"e1","eventType":"VEHICLE_STATE","data":{}}"#);
    let mut headers = HeaderMap::new();
    assert_eq!(proxy.note(&headers, &body, Some(401)), "not verified");
    let signature = ManagementToken::new("amt").unwrap().sign(&body).to_hex();
    headers.insert(SC_SIGNATURE, signature.parse().unwrap());
    assert_eq!(
        proxy.note(&headers, &Bytes::from("{}"), None),
        "not verified"
    );
    assert_eq!(
        proxy.note(&headers, &body, Some(200)),
        "00001-vehicle_state.json"
    );
    let numbers = proxy.counts().now();
    assert_eq!((numbers.recorded, numbers.unverified), (1, 2));
    std::fs::remove_dir_all(folder).unwrap();
}
