//! The responses in what came over a connection.

use http::{HeaderName, Response, StatusCode};

/// The responses in what was received; while more may come, only those that are there to their end.
pub(super) fn answers(mut received: &[u8], closed: bool) -> Vec<Response<Vec<u8>>> {
    let mut answers = Vec::new();
    while let Some(end) = received.windows(4).position(|it| it == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&received[..end]);
        let rest = &received[end + 4..];
        let Some(mut response) = head_of(&head) else {
            break;
        };
        if response.status().is_informational() {
            received = rest;
            continue;
        }
        let (body, rest) = match body_of(&response, rest) {
            Some(found) => found,
            // The end of the connection is the end of the body, or there is none: to HEAD.
            None if closed => (rest.to_vec(), &[][..]),
            None => break,
        };
        *response.body_mut() = body;
        received = rest;
        answers.push(response);
    }
    answers
}

fn head_of(head: &str) -> Option<Response<Vec<u8>>> {
    let mut response = Response::new(Vec::new());
    let code = head.strip_prefix("HTTP/1.")?.get(2..5)?;
    *response.status_mut() = StatusCode::from_bytes(code.as_bytes()).ok()?;
    let fields = head.lines().skip(1).filter_map(|it| it.split_once(':'));
    for (name, value) in fields {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.trim().parse()) {
            response.headers_mut().append(name, value);
        }
    }
    Some(response)
}

/// The body of a response and what comes after it, if all of it is there.
fn body_of<'a>(head: &Response<Vec<u8>>, rest: &'a [u8]) -> Option<(Vec<u8>, &'a [u8])> {
    if matches!(
        head.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    ) {
        return Some((Vec::new(), rest));
    }
    let field = |name: &str| head.headers().get(name)?.to_str().ok();
    if field("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked")) {
        return joined(rest);
    }
    let length = field("content-length")?.parse().ok()?;
    Some((rest.get(..length)?.to_vec(), &rest[length..]))
}

/// The chunks of a body, and what comes after them.
fn joined(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut body = Vec::new();
    loop {
        let (size, after) = line(rest)?;
        let size = size.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            rest = after;
            break;
        }
        body.extend(after.get(..size)?);
        rest = after[size..].strip_prefix(b"\r\n")?;
    }
    loop {
        let (trailer, after) = line(rest)?;
        rest = after;
        if trailer.is_empty() {
            return Some((body, rest));
        }
    }
}

fn line(rest: &[u8]) -> Option<(&str, &[u8])> {
    let end = rest.windows(2).position(|it| it == b"\r\n")?;
    Some((std::str::from_utf8(&rest[..end]).ok()?, &rest[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::answers;

    fn told(received: &[u8], closed: bool) -> Vec<(u16, String)> {
        let answers = answers(received, closed).into_iter();
        let told = answers.map(|it| (it.status().as_u16(), it.into_body()));
        told.map(|(status, body)| (status, String::from_utf8(body).unwrap()))
            .collect()
    }

    #[test]
    fn bodies_end_in_every_way() {
        let received = b"HTTP/1.1 100 Continue\r\n\r\n\
            HTTP/1.1 204 No Content\r\n\r\n\
            HTTP/1.1 401 Unauthorized\r\nContent-Length:2\r\n\r\n{}\
            HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1;a=b\r\n{\r\nA\r\n\"a\":true}\n\r\n0\r\nt: 1\r\n\r\n\
            HTTP/1.1 500 Internal Server Error\r\n\r\nrest";
        let mut expected = vec![
            (204, String::new()),
            (401, "{}".to_owned()),
            (200, "{\"a\":true}\n".to_owned()),
            (500, "rest".to_owned()),
        ];
        assert_eq!(told(received, true), expected);
        expected.pop();
        assert_eq!(told(received, false), expected);
    }

    #[test]
    fn what_is_not_http_is_no_answer() {
        for received in ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 \u{e9}\r\n\r\n", "\r\n\r\n"] {
            assert_eq!(told(received.as_bytes(), true), []);
        }
    }

    #[test]
    fn an_answer_that_is_not_there_to_its_end_waits() {
        let whole = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        for end in 0..whole.len() {
            assert_eq!(told(&whole[..end], false), []);
        }
        assert_eq!(told(whole, false), [(200, "{}".to_owned())]);
        let head = b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 30\r\n\r\n";
        assert_eq!(told(head, true), [(405, String::new())]);
    }
}
