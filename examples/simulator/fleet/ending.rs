//! How a run ends when somebody presses Ctrl-C.

use smartcar_webhook_examples::stop::interrupted;
use tokio::sync::watch;

/// The first Ctrl-C begins the end, and so does time; with the second one it is over.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    stage: watch::Sender<Stage>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Stage {
    Running,
    Ending,
    Over,
}

impl Ending {
    /// Listens for Ctrl-C, and for the signal service managers send.
    pub(super) fn listen() -> Self {
        let ending = Self {
            stage: watch::Sender::new(Stage::Running),
        };
        let stage = ending.stage.clone();
        tokio::spawn(async move {
            loop {
                interrupted().await;
                stage.send_modify(|it| {
                    *it = if *it == Stage::Running {
                        Stage::Ending
                    } else {
                        Stage::Over
                    };
                });
            }
        });
        ending
    }

    /// Time is up.
    pub(super) fn begin(&self) {
        self.stage.send_modify(|it| *it = (*it).max(Stage::Ending));
    }

    pub(super) fn has_begun(&self) -> bool {
        *self.stage.borrow() >= Stage::Ending
    }

    pub(super) async fn begun(&self) {
        self.reached(Stage::Ending).await;
    }

    pub(super) async fn over(&self) {
        self.reached(Stage::Over).await;
    }

    async fn reached(&self, stage: Stage) {
        // Its sender is here.
        let _ = self.stage.subscribe().wait_for(|it| *it >= stage).await;
    }
}
