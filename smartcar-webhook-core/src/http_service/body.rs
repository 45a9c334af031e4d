//! Reading a request body to its end, or to its limit.

use std::error::Error as StdError;
use std::pin::Pin;
use std::time::{Duration, Instant};

use http_body::Body as HttpBody;

use crate::error::{BoxError, Error, ErrorKind};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError};
use tokio::runtime::Handle;

/// Reads a body of at most `limit` bytes; the one frame of most bodies is taken as it is.
pub(crate) async fn read<B>(mut body: Pin<&mut B>, limit: usize) -> Result<Bytes, Error>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|err| unreadable(err.into()))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + whole.len() + data.len() > limit {
            return Err(Error::new(ErrorKind::BodyTooLarge));
        }
        if first.is_empty() && whole.is_empty() {
            first = data;
        } else {
            if whole.is_empty() {
                let expected = body.size_hint().exact().unwrap_or(0);
                let expected = usize::try_from(expected).unwrap_or(0);
                whole.reserve((first.len() + data.len() + expected).min(limit));
                whole.extend_from_slice(&std::mem::take(&mut first));
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(if whole.is_empty() {
        first
    } else {
        whole.freeze()
    })
}

/// The body broke off, or a limit further out ended it.
fn unreadable(err: BoxError) -> Error {
    let mut causes = std::iter::successors(Some(&*err as &(dyn StdError + 'static)), |it| {
        (*it).source()
    });
    if causes.any(<dyn StdError>::is::<LengthLimitError>) {
        Error::new(ErrorKind::BodyTooLarge)
    } else {
        Error::with_source(ErrorKind::BodyIncomplete, err)
    }
}

/// Bytes of a refused body that are read and dropped,
const DRAIN_LIMIT: usize = 32 * 1024 * 1024;

/// and for how long.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Lets a sender finish beside the answer: hyper closes the connection on an unread body, and who is still sending then sees a reset in place of the answer.
pub(crate) fn drain<B>(mut body: Pin<Box<B>>)
where
    B: HttpBody<Data = Bytes> + Send + 'static,
{
    // Without a runtime there is no connection to save.
    let Ok(runtime) = Handle::try_current() else {
        return;
    };
    runtime.spawn(async move {
        let began = Instant::now();
        let mut drained = 0;
        while let Some(Ok(frame)) = body.frame().await {
            drained += frame.data_ref().map_or(0, Bytes::len);
            if drained > DRAIN_LIMIT || began.elapsed() > DRAIN_TIME {
                return;
            }
        }
    });
}
