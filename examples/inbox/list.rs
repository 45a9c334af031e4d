//! Many dead letters.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use smartcar_webhook_core::BoxError;
use smartcar_webhook_core::inbox::DeadLetters;
use smartcar_webhook_examples::printer::Printer;

use crate::letter::Letter;

/// Prints a row for each, and how to see more.
pub(crate) async fn print(
    engine: &dyn DeadLetters,
    after: Option<u64>,
    limit: usize,
    printer: &Printer,
) -> Result<(), BoxError> {
    let mut found = engine.list(after, limit + 1).await?;
    let is_all = found.len() <= limit;
    found.truncate(limit);
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(120);
    table.set_header(["id", "given up", "attempts", "event type", "event", "why"]);
    for found in &found {
        let letter = Letter::new(found);
        table.add_row(letter.row());
        printer.json(&letter.json(false));
    }
    match found.last() {
        None => printer.line("no dead letters"),
        Some(last) => {
            printer.line(&table);
            if !is_all {
                printer.line(format!("and more: --after {}", last.id));
            }
        }
    }
    Ok(())
}
