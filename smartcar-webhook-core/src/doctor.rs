//! The signature doctor: why a signature does not fit.
//!
//! An [`Examination`] is made by hand, of a token, a header and a body.
//! A [`Doctor`] makes them of what a receiver refuses, beside its work and not too often.

mod cause;
mod diagnosis;
mod base64;
mod charset;
mod number;
mod tree;
mod style;
mod body;
mod header;
mod token;
mod examination;
mod practice;

pub use self::cause::Cause;
pub use self::diagnosis::Diagnosis;
pub use self::examination::Examination;
pub(crate) use self::examination::Past;
pub use self::practice::Doctor;
pub(crate) use self::practice::Patient;
