//! Redis, for replicas that share a memory. Behind the feature `redis`.
