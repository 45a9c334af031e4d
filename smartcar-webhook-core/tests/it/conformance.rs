use tower::ServiceExt;

use crate::case::{cases, receiver};

#[tokio::test]
async fn core_answers_every_case() {
    for case in cases() {
        let request = case.request().map(Into::into);
        let response = receiver().oneshot(request).await.unwrap();
        case.check(&response);
    }
}

/// One receiver for all: no request leaves it unable to serve the next.
#[tokio::test]
async fn one_receiver_answers_every_case_twice() {
    let receiver = receiver();
    for case in cases().iter().chain(&cases()) {
        let request = case.request().map(Into::into);
        case.check(&receiver.clone().oneshot(request).await.unwrap());
    }
}
