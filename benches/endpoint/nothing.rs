//! A server that does nothing: it reads a request with its body and answers as many bytes as the path says. Its HTTP is the
//! endpoint's, hyper on threads of tokio, so that what the endpoint costs beyond it is the endpoint's own.

use std::convert::Infallible;
use std::io::Write as _;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

/// The argument that makes the bench this server.
pub(crate) const ROLE: &str = "--serve-nothing";

/// Serves until the process is killed.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let all = Bytes::from(vec![b'x'; 1 << 20]);
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let all = all.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, all.clone()));
                // A client that breaks off ends its connection, and nothing else.
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

async fn answer(request: Request<Incoming>, all: Bytes) -> Result<Response<Full<Bytes>>, Infallible> {
    let bytes = request.uri().path().trim_start_matches('/').parse().unwrap_or(0);
    let _ = request.into_body().collect().await;
    Ok(Response::new(Full::new(all.slice(..bytes))))
}
