//! A server for the browser of the same machine. It listens on the loopback interface only, and answers requests that name
//! this machine as their host and have the random token in their path. It has a fixed list of answers, and opens no files.

use std::fmt::Write;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tiny_http::{Header, Method, Request, Response, Server};

/// Random bytes of the token.
const TOKEN_BYTES: usize = 16;

/// What a page may do: run its own script and WebAssembly, start a worker of its own, read from this server.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; \
    style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is at a path below the token.
pub(super) struct Answer {
    /// The path; empty for the page.
    pub(super) path: String,
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// A server that listens.
pub(super) struct Local {
    server: Server,
    address: SocketAddr,
    token: String,
    answers: Vec<Answer>,
}

impl Local {
    /// Listens on a port of the loopback interface, or on any that is free.
    pub(super) fn listen(port: u16, answers: Vec<Answer>) -> io::Result<Local> {
        let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(io::Error::other)?;
        let address = server.server_addr().to_ip().expect("it listens on an address");
        Ok(Local { server, address, token: token()?, answers })
    }

    /// Where the page is.
    pub(super) fn url(&self) -> String {
        format!("http://{}/{}/", self.address, self.token)
    }

    /// Answers requests until the process ends.
    pub(super) fn serve(&self) -> io::Result<()> {
        loop {
            let request = self.server.recv()?;
            // A browser that has closed its connection misses its answer.
            let _ = self.answer(request);
        }
    }

    fn answer(&self, request: Request) -> io::Result<()> {
        let Some(answer) = self.answer_to(&request) else {
            return request.respond(Response::empty(404));
        };
        let mut response = Response::from_data(&answer.bytes[..]);
        for (name, value) in [
            ("Content-Type", answer.kind),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ] {
            let header = Header::from_bytes(name, value).expect("names and values are ASCII");
            response.add_header(header);
        }
        request.respond(response)
    }

    /// What is asked for, if it is there, and who asks names this machine and knows the token.
    fn answer_to(&self, request: &Request) -> Option<&Answer> {
        if *request.method() != Method::Get || !self.is_own(request) {
            return None;
        }
        let path = request.url().strip_prefix('/')?.strip_prefix(&self.token)?.strip_prefix('/')?;
        self.answers.iter().find(|answer| answer.path == path)
    }

    /// Is the host that the request names this one? A page of another origin whose name was pointed here is not.
    fn is_own(&self, request: &Request) -> bool {
        let mut hosts = request.headers().iter().filter(|header| header.field.equiv("Host"));
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let own = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", self.address.port()));
        own.iter().any(|own| host.value.as_str() == own)
    }
}

/// A random token, in hexadecimal digits.
fn token() -> io::Result<String> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let mut token = String::new();
    for byte in bytes {
        write!(token, "{byte:02x}").expect("a string can be written to");
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::sync::Arc;

    use super::*;

    fn server() -> Arc<Local> {
        let answer = |path: &str, text: &str| Answer {
            path: path.to_owned(),
            kind: "text/plain",
            bytes: text.into(),
        };
        let server = Local::listen(0, vec![answer("", "the page"), answer("app.js", "the script")]);
        let server = Arc::new(server.unwrap());
        let serving = server.clone();
        std::thread::spawn(move || serving.serve());
        server
    }

    /// The status and the body of the answer to a request with these lines.
    fn ask(server: &Local, request: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let host = host.replace("PORT", &server.address.port().to_string());
        write!(stream, "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    #[test]
    fn what_is_there_is_answered_with_the_token() {
        let server = server();
        assert!(server.address.ip().is_loopback());
        let token = &server.token;
        for host in ["127.0.0.1:PORT", "localhost:PORT"] {
            let page = ask(&server, &format!("GET /{token}/"), host);
            assert_eq!(page, (200, "the page".to_owned()));
            let script = ask(&server, &format!("GET /{token}/app.js"), host);
            assert_eq!(script, (200, "the script".to_owned()));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let server = server();
        let token = &server.token;
        let own = "127.0.0.1:PORT";
        for (request, host) in [
            ("GET /".to_owned(), own),
            ("GET //".to_owned(), own),
            ("GET /app.js".to_owned(), own),
            (format!("GET /{}/", "0".repeat(32)), own),
            (format!("GET /{}/", &token[..31]), own),
            (format!("GET /{token}"), own),
            (format!("GET /{token}/other"), own),
            (format!("GET /{token}/../app.js"), own),
            (format!("GET /{token}/%2e%2e/%2e%2e/etc/passwd"), own),
            (format!("GET /{token}//etc/passwd"), own),
            (format!("POST /{token}/"), own),
            (format!("GET /{token}/"), "example.com"),
            (format!("GET /{token}/"), "example.com:PORT"),
            (format!("GET /{token}/"), "127.0.0.1"),
            (format!("GET /{token}/"), "127.0.0.1.example.com:PORT"),
        ] {
            let (status, body) = ask(&server, &request, host);
            assert_eq!((status, body.as_str()), (404, ""), "{request} of {host}");
        }
    }

    #[test]
    fn every_server_has_a_token_of_its_own() {
        let tokens = [token().unwrap(), token().unwrap()];
        assert!(tokens.iter().all(|token| token.len() == 2 * TOKEN_BYTES));
        assert_ne!(tokens[0], tokens[1]);
    }
}
