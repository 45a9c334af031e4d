//! What is promised of PostgreSQL alone.
