//! The README of the workspace, so that its programs are compiled.
#![doc = include_str!("../README.md")]
