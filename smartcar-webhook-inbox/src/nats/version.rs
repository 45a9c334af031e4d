//! Which servers keep what they say they keep.

use smartcar_webhook_core::BoxError;

/// The first that does not lose acknowledged messages when servers of a cluster die or are cut off.
///
/// Of clusters of 2.9.10 that were cut in two and healed, under load, one in four had a message that was never handed out.
/// Jepsen's report on 2.12.1 tells what was mended up to 2.10.23.
const CLUSTERED: [u32; 3] = [2, 10, 23];

/// Refuses to have a server of this version keep messages more than once if it loses some.
pub(super) fn check(version: &str, replicas: usize) -> Result<(), BoxError> {
    if replicas > 1 && numbers(version).is_some_and(|it| it < CLUSTERED) {
        let [major, minor, patch] = CLUSTERED;
        let error = format!("replicas need a server of NATS {major}.{minor}.{patch} or later");
        return Err(error.into());
    }
    Ok(())
}

/// `None` for what is no version of a release.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.split(['.', '-', '+']);
    let mut number = || parts.next()?.parse().ok();
    Some([number()?, number()?, number()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clusters_of_old_servers_are_refused() {
        for (version, replicas, is_refused) in [
            ("2.9.10", 1, false),
            ("2.9.10", 3, true),
            ("2.10.22", 2, true),
            ("2.10.23-RC.1", 3, false),
            ("2.10.23", 3, false),
            ("2.15.1", 3, false),
            ("3.0.0", 3, false),
            ("unknown", 3, false),
            ("", 3, false),
        ] {
            let refused = check(version, replicas).is_err();
            assert_eq!(refused, is_refused, "{version} {replicas}");
        }
    }
}
