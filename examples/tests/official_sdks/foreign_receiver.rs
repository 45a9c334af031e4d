//! Receivers that others wrote the checks of.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::{Request, Uri};
use reqwest::{Body, Client};
use tokio::time::{sleep, timeout};

use crate::receiver::PATH;
use crate::sdk::FOLDER;

/// A server with one of Smartcar's SDKs in it; it ends when this is dropped.
pub(crate) struct ForeignReceiver {
    program: Child,
    /// Whatever it prints before it answers is in a file by the time of the answer; of a pipe that could not be said.
    printed: PathBuf,
    url: Uri,
    client: Client,
}

impl ForeignReceiver {
    /// Express and the SDK for Node, under this token.
    pub(crate) async fn express(token: &str) -> Self {
        Self::start("node", "express.js", token).await
    }

    /// `FastAPI` and the SDK for Python, under this token.
    pub(crate) async fn fastapi(token: &str) -> Self {
        Self::start("python3", "fastapi_app.py", token).await
    }

    async fn start(program: &str, script: &str, token: &str) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{script}-{}-{number}", std::process::id());
        let printed = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut command = Command::new(program);
        command.arg(script).current_dir(FOLDER);
        command.env("SMARTCAR_MANAGEMENT_TOKEN", token);
        command.stdin(Stdio::null());
        command.stdout(File::create(&printed).unwrap());
        let mut receiver = Self {
            program: command.spawn().unwrap(),
            printed,
            url: Uri::default(),
            client: Client::builder().no_proxy().build().unwrap(),
        };
        let port = timeout(Duration::from_secs(60), receiver.port()).await;
        let url = format!("http://127.0.0.1:{}{PATH}", port.unwrap());
        receiver.url = url.parse().unwrap();
        receiver
    }

    async fn port(&mut self) -> String {
        loop {
            if let Some((port, _)) = self.printed().split_once('\n') {
                return port.to_owned();
            }
            let ended = self.program.try_wait().unwrap();
            assert!(ended.is_none(), "a receiver that does not start: {ended:?}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    fn printed(&self) -> String {
        fs::read_to_string(&self.printed).unwrap()
    }

    /// Where it takes deliveries.
    pub(crate) fn url(&self) -> &Uri {
        &self.url
    }

    /// The events it has accepted, in order: JSON in the spelling of its language.
    pub(crate) fn events(&self) -> Vec<String> {
        let printed = self.printed();
        printed.lines().skip(1).map(str::to_owned).collect()
    }

    /// The status and the body of its answer to this request, wherever that was meant to go.
    pub(crate) async fn post(&self, mut request: Request<impl Into<Body>>) -> (u16, String) {
        *request.uri_mut() = self.url().clone();
        let request = request.try_into().unwrap();
        let response = self.client.execute(request).await.unwrap();
        let status = response.status().as_u16();
        (status, response.text().await.unwrap())
    }
}

impl Drop for ForeignReceiver {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = fs::remove_file(&self.printed);
    }
}
