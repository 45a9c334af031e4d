//! Doors, windows and whatever else opens.

use crate::json::object;

object! {
    /// The doors.
    #[non_exhaustive]
    pub struct Doors keeps extra {
        /// Each of them.
        pub values: Vec<Door> = "values" needed,
        /// How many rows of doors there are.
        pub row_count: Option<i64> = "rowCount",
        /// How many doors there are in a row.
        pub column_count: Option<i64> = "columnCount",
    }
}

object! {
    /// A door.
    #[non_exhaustive]
    pub struct Door keeps extra {
        /// Its row, from the front, where it is 0.
        pub row: Option<i64> = "row" expected,
        /// Its place in the row, from the left, where it is 0.
        pub column: Option<i64> = "column" expected,
        /// Whether it is open; null if that is not known.
        pub is_open: Option<bool> = "isOpen",
        /// Whether it is locked; null if that is not known.
        pub is_locked: Option<bool> = "isLocked",
    }
}

object! {
    /// The windows.
    #[non_exhaustive]
    pub struct Windows keeps extra {
        /// Each of them.
        pub values: Vec<Window> = "values" needed,
        /// How many rows of windows there are.
        pub row_count: Option<i64> = "rowCount",
        /// How many windows there are in a row.
        pub column_count: Option<i64> = "columnCount",
    }
}

object! {
    /// A window.
    #[non_exhaustive]
    pub struct Window keeps extra {
        /// Its row, from the front, where it is 0.
        pub row: Option<i64> = "row" expected,
        /// Its place in the row, from the left, where it is 0.
        pub column: Option<i64> = "column" expected,
        /// Whether it is open; null if that is not known.
        pub is_open: Option<bool> = "isOpen",
    }
}

object! {
    /// Something that opens, but has no lock.
    #[non_exhaustive]
    pub struct Cover keeps extra {
        /// Whether it is open; null if that is not known.
        pub is_open: Option<bool> = "isOpen",
    }
}

object! {
    /// Something that opens and locks.
    #[non_exhaustive]
    pub struct Lid keeps extra {
        /// Whether it is open; null if that is not known.
        pub is_open: Option<bool> = "isOpen",
        /// Whether it is locked; null if that is not known.
        pub is_locked: Option<bool> = "isLocked",
    }
}
