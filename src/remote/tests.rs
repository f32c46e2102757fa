//! Endpoints that are broken or hostile: whatever they answer, a session comes to an end.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use super::*;

const PATIENCE: Patience = Patience {
    answer: Duration::from_millis(500),
    whole: Duration::from_mins(1),
    look: Duration::from_millis(1),
    repeat: Duration::from_millis(1),
};

/// Reads a request; `None` at the end of the connection.
fn request(client: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte).ok()? == 0 {
            return None;
        }
        read.push(byte[0]);
    }
    let head = String::from_utf8(read).unwrap();
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body).unwrap();
    Some(head + &String::from_utf8(body).unwrap())
}

/// A server that does this with each request, and a client of it.
fn endpoint(mut answer: impl FnMut(&str, &mut TcpStream) + Send + 'static) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            while let Some(request) = request(&mut client) {
                answer(&request, &mut client);
            }
        }
    });
    Remote::new(url, "us-east-1".to_owned(), "lab-", Signer::Any, PATIENCE)
}

/// A server that answers in JSON.
fn json_endpoint(mut answer: impl FnMut(&str) -> Value + Send + 'static) -> Remote {
    endpoint(move |request, client| {
        let body = answer(request).to_string();
        // In one piece, for which no acknowledgement has to be waited; a client that has heard enough may have gone.
        let _ = client.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    })
}

fn error<T>(outcome: Result<T, RemoteError>) -> String {
    outcome.err().expect("it took the answer for good").to_string()
}

#[test]
fn pages_without_end_are_noticed() {
    let mut page = 0;
    let more = json_endpoint(move |_| {
        page += 1;
        json!({"TableNames": ["lab-A"], "LastEvaluatedTableName": format!("lab-{page}")})
    });
    let said = error(more.tables());
    assert!(said.contains("does not come to an end of ListTables: there are more than 1000 pages"), "{said}");
    let same = json_endpoint(|_| json!({"TableNames": [], "LastEvaluatedTableName": "lab-A"}));
    assert!(error(same.tables()).contains("the same page comes again"));
    let mut page = 0;
    let mut slow = json_endpoint(move |_| {
        page += 1;
        std::thread::sleep(Duration::from_millis(300));
        json!({"TableNames": [], "LastEvaluatedTableName": format!("lab-{page}")})
    });
    slow.patience.whole = Duration::from_secs(2);
    let said = error(slow.tables());
    assert!(said.contains("it takes longer than 2 seconds"), "{said}");
}

#[test]
fn lists_of_several_pages_are_read_and_what_is_no_name_is_left_out() {
    let pages = json_endpoint(|request| {
        if request.contains("ExclusiveStartTableName") {
            json!({"TableNames": ["lab-B", "lab-\u{1b}[2J", "lab-a b", "other"]})
        } else {
            json!({"TableNames": ["lab-A"], "LastEvaluatedTableName": "lab-A"})
        }
    });
    assert_eq!(pages.tables().unwrap(), ["A", "B"]);
}

#[test]
fn batches_that_are_never_written_are_given_up() {
    let items: Vec<Value> = (0..3).map(|n| json!({"id": {"S": n.to_string()}})).collect();
    let put = |n: usize| json!({"PutRequest": {"Item": {"id": {"S": n.to_string()}}}});
    let never = json_endpoint(move |_| json!({"UnprocessedItems": {"lab-T": [put(0), put(1), put(2)]}}));
    assert!(error(never.write("T", &items)).contains("of 3 items it left 3 unprocessed"));
    let more = json_endpoint(move |_| json!({"UnprocessedItems": {"lab-T": (0..4).map(put).collect::<Vec<_>>()}}));
    assert!(error(more.write("T", &items)).contains("of 3 items it left 4 unprocessed"));
    // One at a time is slow, and comes to an end.
    let mut left = 3;
    let slow = json_endpoint(move |_| {
        left -= 1;
        json!({"UnprocessedItems": if left == 0 { json!({}) } else { json!({"lab-T": (0..left).map(put).collect::<Vec<_>>()}) }})
    });
    slow.write("T", &items).unwrap();
}

#[test]
fn a_table_that_never_gets_ready_is_given_up() {
    let creating = json_endpoint(|_| json!({"Table": {"TableStatus": "CREATING"}}));
    assert_eq!(error(creating.wait("T")), "table lab-T is not ready after 120 tries");
}

#[test]
fn responses_without_end_or_sense_are_errors() {
    let silent = endpoint(|_, _| std::thread::sleep(Duration::from_secs(3)));
    assert!(error(silent.tables()).contains("does not answer: timeout"));
    let trickle = endpoint(|_, client| {
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        while client.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    assert!(error(trickle.tables()).contains("does not answer: timeout"));
    let endless = endpoint(|_, client| {
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 0x10_0000], b"\r\n"].concat();
        while client.write_all(&chunk).is_ok() {}
    });
    // Without the limit this reads for as long as it may.
    let endless = Remote::new(
        endless.url,
        endless.region,
        "lab-",
        Signer::Any,
        Patience { answer: Duration::from_mins(1), ..PATIENCE },
    );
    let said = error(endless.tables());
    assert!(said.contains("larger than request limit: 16777216"), "{said}");
    let head = endpoint(|_, client| {
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\n");
        while client.write_all(b"X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n").is_ok() {}
    });
    assert!(error(head.tables()).contains("does not answer"));
    let deep = endpoint(|_, client| {
        let body = "[".repeat(100_000);
        let _ = write!(client, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    });
    assert!(error(deep.tables()).contains("but not as DynamoDB does"));
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = elsewhere.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let remote = endpoint(move |_, client| {
            write!(client, "HTTP/1.1 {status} Moved\r\nLocation: http://{target}/\r\nContent-Length: 0\r\n\r\n")
                .unwrap();
        });
        let said = error(remote.tables());
        assert!(said.contains(&format!("not as DynamoDB does: status {status}")), "{said}");
    }
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err(), "a redirect was followed");
}

#[test]
fn long_exceptions_are_cut() {
    let remote = endpoint(|_, client| {
        let body = json!({"__type": "x".repeat(100_000), "message": "y".repeat(100_000)}).to_string();
        write!(client, "HTTP/1.1 400 Bad\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    });
    let refusal = remote.call("GetItem", &json!({})).unwrap().unwrap_err();
    assert_eq!((refusal.name.len(), refusal.message.len()), (MAX_MESSAGE, MAX_MESSAGE));
}
