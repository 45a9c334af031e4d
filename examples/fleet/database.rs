//! What the app knows of its vehicles.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use smartcar_webhook_core::async_trait;

/// A vehicle of the fleet.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Vehicle {
    /// How full its battery was last, in percent.
    pub charge: Option<f64>,
    /// Whether its owner has to connect it again.
    pub disconnected: bool,
}

/// Where the vehicles are kept.
#[async_trait]
pub trait Database: Send + Sync + 'static {
    /// Notes how full the battery of a vehicle is, in percent.
    async fn set_charge(&self, id: &str, percent: f64) -> Result<(), DatabaseError>;

    /// Notes that the owner of a vehicle has to connect it again.
    async fn set_disconnected(&self, id: &str) -> Result<(), DatabaseError>;

    /// What is known of a vehicle.
    async fn vehicle(&self, id: &str) -> Result<Option<Vehicle>, DatabaseError>;
}

/// The database is closed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct DatabaseError;

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database is closed")
    }
}

impl std::error::Error for DatabaseError {}

/// A database that is gone when the program ends.
#[derive(Debug)]
pub struct Memory {
    vehicles: Mutex<Option<HashMap<String, Vehicle>>>,
}

impl Memory {
    /// Makes every later call fail.
    pub fn close(&self) {
        *self.vehicles.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&mut HashMap<String, Vehicle>) -> T,
    ) -> Result<T, DatabaseError> {
        let mut vehicles = self.vehicles.lock().unwrap_or_else(PoisonError::into_inner);
        vehicles.as_mut().map(work).ok_or(DatabaseError)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            vehicles: Mutex::new(Some(HashMap::new())),
        }
    }
}

#[async_trait]
impl Database for Memory {
    async fn set_charge(&self, id: &str, percent: f64) -> Result<(), DatabaseError> {
        self.with(|it| it.entry(id.to_owned()).or_default().charge = Some(percent))
    }

    async fn set_disconnected(&self, id: &str) -> Result<(), DatabaseError> {
        self.with(|it| it.entry(id.to_owned()).or_default().disconnected = true)
    }

    async fn vehicle(&self, id: &str) -> Result<Option<Vehicle>, DatabaseError> {
        self.with(|it| it.get(id).cloned())
    }
}
