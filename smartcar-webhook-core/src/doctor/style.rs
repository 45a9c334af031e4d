//! The ways in which programs write JSON.

use super::number::ecmascript;
use super::tree::Tree;

/// A way to write JSON.
#[derive(Clone, Copy)]
pub(super) struct Style {
    space: Space,
    strings: Strings,
    numbers: Numbers,
    order: Order,
}

#[derive(Clone, Copy)]
enum Space {
    /// `JSON.stringify`, `serde_json`.
    None,
    /// Python's `json.dumps`.
    AfterSeparators,
    /// Pretty printed, by so many spaces a level.
    Indented(usize),
}

#[derive(Clone, Copy)]
enum Strings {
    AsSent,
    /// Escapes where JSON needs them.
    Plain,
    /// And for all but ASCII, as Python does.
    Ascii,
    /// And for `/`, as PHP does.
    AsciiAndSlash,
}

#[derive(Clone, Copy)]
enum Numbers {
    AsSent,
    Ecmascript,
}

#[derive(Clone, Copy)]
enum Order {
    AsSent,
    /// As captured and documented deliveries have it.
    Smartcar,
    Sorted,
}

/// The members of Smartcar's objects in the order in which they are sent, as far as it is known.
const SMARTCAR: [&[&str]; 12] = [
    &[
        "eventId",
        "eventType",
        "vehicleId",
        "data",
        "triggers",
        "meta",
    ],
    &["version", "webhookId", "eventName", "mode", "payload"],
    &["user", "vehicle", "triggers", "signals", "errors"],
    &["id", "externalId"],
    &["id", "make", "model", "year", "mode", "powertrainType"],
    &["code", "name", "group", "body", "status", "meta"],
    &["oemUpdatedAt", "retrievedAt"],
    &[
        "type",
        "code",
        "state",
        "description",
        "suggestedUserMessage",
        "docURL",
        "resolution",
        "signals",
    ],
    &[
        "version",
        "deliveryId",
        "deliveredAt",
        "webhookId",
        "webhookName",
        "sequence",
        "signalCount",
        "mode",
    ],
    &["eventId", "vehicleId", "eventType", "eventTime"],
    &["vehicleId", "requestId", "data"],
    &["path", "code", "body", "headers"],
];

impl Style {
    /// That of `JSON.stringify`, in which the captured deliveries are.
    pub(super) const STRINGIFIED: Self = Self {
        space: Space::None,
        strings: Strings::Plain,
        numbers: Numbers::Ecmascript,
        order: Order::AsSent,
    };

    /// The same with sorted members.
    pub(super) const SORTED: Self = Self {
        order: Order::Sorted,
        ..Self::STRINGIFIED
    };

    /// Every style worth a try, the likely ones first.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let orders = [Order::AsSent, Order::Smartcar, Order::Sorted];
        let spaces = [
            Space::None,
            Space::AfterSeparators,
            Space::Indented(2),
            Space::Indented(4),
        ];
        let strings = [
            Strings::AsSent,
            Strings::Plain,
            Strings::Ascii,
            Strings::AsciiAndSlash,
        ];
        let numbers = [Numbers::AsSent, Numbers::Ecmascript];
        orders.into_iter().flat_map(move |order| {
            spaces.into_iter().flat_map(move |space| {
                strings.into_iter().flat_map(move |strings| {
                    numbers.into_iter().map(move |numbers| Self {
                        space,
                        strings,
                        numbers,
                        order,
                    })
                })
            })
        })
    }

    pub(super) fn write(self, tree: &Tree<'_>) -> String {
        let mut json = String::new();
        self.value(tree, 0, &mut json);
        json
    }

    fn value(self, tree: &Tree<'_>, depth: usize, json: &mut String) {
        match tree {
            Tree::Plain(text) => json.push_str(&self.plain(text)),
            Tree::Text(text) => json.push_str(&self.text(text)),
            Tree::Array(items) => {
                let items = items.iter();
                self.list(['[', ']'], items, depth, json, |item, json| {
                    self.value(item, depth + 1, json);
                });
            }
            Tree::Object(members) => {
                let members = self.ordered(members).into_iter();
                self.list(['{', '}'], members, depth, json, |(key, value), json| {
                    json.push_str(&self.text(key));
                    let space = !matches!(self.space, Space::None);
                    json.push_str(if space { ": " } else { ":" });
                    self.value(value, depth + 1, json);
                });
            }
        }
    }

    fn list<T>(
        self,
        [open, close]: [char; 2],
        items: impl ExactSizeIterator<Item = T>,
        depth: usize,
        json: &mut String,
        write: impl Fn(T, &mut String),
    ) {
        let new_line = |depth: usize, json: &mut String| {
            if let Space::Indented(spaces) = self.space {
                json.push('\n');
                json.extend(std::iter::repeat_n(' ', spaces * depth));
            }
        };
        json.push(open);
        let is_empty = items.len() == 0;
        for (at, item) in items.enumerate() {
            if at > 0 {
                json.push(',');
                if matches!(self.space, Space::AfterSeparators) {
                    json.push(' ');
                }
            }
            new_line(depth + 1, json);
            write(item, json);
        }
        if !is_empty {
            new_line(depth, json);
        }
        json.push(close);
    }

    fn ordered<'t, 'a>(self, members: &'t [(&'a str, Tree<'a>)]) -> Vec<&'t (&'a str, Tree<'a>)> {
        let mut members: Vec<_> = members.iter().collect();
        let name = |key: &str| key.trim_matches('"').to_owned();
        match self.order {
            Order::AsSent => {}
            Order::Sorted => members.sort_by_key(|(key, _)| name(key)),
            Order::Smartcar => {
                let known = |order: &&&[&str]| {
                    let known = members
                        .iter()
                        .filter(|(key, _)| order.contains(&&*name(key)));
                    known.count()
                };
                // Of equals the first: `max_by_key` takes the last.
                let order = SMARTCAR.iter().rev().max_by_key(known).copied();
                let order = order.unwrap_or_default();
                let place = |key: &str| order.iter().position(|it| **it == *name(key));
                members.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
            }
        }
        members
    }

    fn plain(self, text: &str) -> String {
        let number = match self.numbers {
            Numbers::AsSent => None,
            Numbers::Ecmascript => text.parse().ok().and_then(ecmascript),
        };
        number.unwrap_or_else(|| text.to_owned())
    }

    fn text(self, text: &str) -> String {
        let plain = match self.strings {
            Strings::AsSent => None,
            _ => serde_json::from_str::<String>(text)
                .and_then(|it| serde_json::to_string(&it))
                .ok(),
        };
        // Half a surrogate pair stays as it is.
        let Some(plain) = plain else {
            return text.to_owned();
        };
        match self.strings {
            Strings::AsSent | Strings::Plain => plain,
            Strings::Ascii => ascii(&plain),
            Strings::AsciiAndSlash => ascii(&plain).replace('/', r"\/"),
        }
    }
}

fn ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for it in text.chars() {
        if it.is_ascii() {
            ascii.push(it);
        } else {
            let units = it.encode_utf16(&mut [0; 2]).to_vec();
            ascii.extend(units.into_iter().map(|it| format!("\\u{it:04x}")));
        }
    }
    ascii
}
