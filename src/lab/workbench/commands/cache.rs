//! `:cache`: a cache beside the table that knows nothing of it.

use serde_json::json;

use super::super::words::{Fault, Flags, duration};
use super::{OwnCommand, Workbench};
use crate::engine::Event;
use crate::safe_text;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "cache",
    usage: ":cache get|set|del KEY",
    about: "a cache beside the table, as ElastiCache is used",
    details: "  :cache get user#1                     what it holds, if it has not expired
  :cache set user#1 'text' --ttl 60s    keeps a text; without --ttl until it is replaced
  :cache del user#1                     forgets it
  It hears nothing of the tables: loading it and keeping it right is yours.
",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let (plain, flags) = Flags::read(words, &[("--ttl", true)])?;
    let now = bench.engine().now();
    let cache = bench.world.cache_mut();
    let (request, answer, told) = match plain.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["get", key] => {
            let text = cache.get(key, now).map(str::to_owned);
            let told = text.as_deref().map_or_else(|| "(nil)".to_owned(), |text| safe_text::line(text).into_owned());
            (json!({"Operation": "get", "Key": key}), json!({ "Text": text }), told)
        }
        ["set", key, text] => {
            let ttl = flags.get("--ttl").map(duration).transpose()?;
            cache.set(key, text, ttl.map(|millis| now.plus_millis(millis)));
            (json!({"Operation": "set", "Key": key, "Text": text}), json!({}), "OK".to_owned())
        }
        ["del", key] => {
            let was_there = cache.forget(key);
            let told = format!("{} forgotten", u32::from(was_there));
            (json!({"Operation": "del", "Key": key}), json!({ "Forgotten": was_there }), told)
        }
        _ => return Err("Expected get KEY, set KEY TEXT or del KEY; :help cache says more".into()),
    };
    // No request of a service; a lab may ask when it was done.
    bench.note(now, Event::Cache, &request, &Ok(answer));
    Ok(told + "\n")
}
