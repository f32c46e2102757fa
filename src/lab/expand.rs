//! Names that only a run knows, in the lines that authors write: `{{stream Orders}}` is the ARN of the table's stream,
//! which holds the moment at which it was switched on.
//!
//! They are filled in when a line runs, and when a hint or solution is shown. What is not known stays as it is written.

use serde_json::{Value, json};

use super::workbench::Workbench;

/// A line with such names filled in.
pub(super) fn expanded(line: &str, bench: &Workbench) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some((before, inner, after)) = next(rest) {
        out.push_str(before);
        let found = inner.split_once(' ').and_then(|(kind, name)| known(kind, name.trim(), bench));
        out.push_str(&found.unwrap_or_else(|| format!("{{{{{inner}}}}}")));
        rest = after;
    }
    out + rest
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (inner, after) = rest.split_once("}}")?;
    Some((before, inner, after))
}

fn known(kind: &str, name: &str, bench: &Workbench) -> Option<String> {
    let stream = || bench.engine().table(name)?.stream.as_ref().map(|stream| stream.arn.to_string());
    // The first that holds a record; a shard is closed after some hours, whatever it holds.
    let shard = || {
        let shards = &bench.engine().stream(&stream()?)?.shards;
        shards.iter().find(|shard| shard.records().len() > 0).or_else(|| shards.first()).map(|shard| shard.id.clone())
    };
    match kind {
        "stream" => stream(),
        "shard" => shard(),
        "iterator" => {
            let body = json!({"StreamArn": stream()?, "ShardId": shard()?, "ShardIteratorType": "TRIM_HORIZON"});
            asked(bench, |copy| copy.call("GetShardIterator", body).ok())?["ShardIterator"].as_str().map(str::to_owned)
        }
        "record" => {
            let place: usize = name.parse().ok()?;
            let record = bench.world().lambda().event()?.event["Records"].get(place.checked_sub(1)?)?;
            record["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned)
        }
        "mapping" => {
            let answer = asked(bench, |copy| copy.ask("lambda", "ListEventSourceMappings", json!({}))?.ok())?;
            let all = answer["EventSourceMappings"].as_array()?;
            let of = |mapping: &&Value| {
                mapping["FunctionArn"].as_str().is_some_and(|arn| arn.ends_with(&format!(":{name}")))
            };
            all.iter().find(of)?["UUID"].as_str().map(str::to_owned)
        }
        _ => None,
    }
}

/// Asks on a copy, which leaves no trace.
fn asked(bench: &Workbench, ask: impl FnOnce(&mut Workbench) -> Option<Value>) -> Option<Value> {
    let mut copy = bench.clone().copy();
    copy.do_without(None);
    ask(&mut copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_named_by_its_table() {
        let mut bench = Workbench::new();
        bench.run("create-table --table-name Tab --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE");
        let arn = bench.engine().streams().next().unwrap().arn.to_string();
        assert_eq!(expanded("a {{stream Tab}} b", &bench), format!("a {arn} b"));
        assert!(expanded("{{shard Tab}}", &bench).starts_with("shardId-"));
        let reply = bench.run(&expanded("aws dynamodbstreams get-records --shard-iterator '{{iterator Tab}}'", &bench));
        assert!(reply.text.contains("Records"), "{}", reply.text);
        let made = bench.run(&expanded("aws lambda create-event-source-mapping --function-name copy-to-Tab --event-source-arn {{stream Tab}} --starting-position LATEST", &bench));
        assert!(made.text.contains(&expanded("{{mapping copy-to-Tab}}", &bench)), "{}", made.text);
        assert_eq!(expanded("{{stream None}} {\"a\":{\"S\":\"b\"}}", &bench), "{{stream None}} {\"a\":{\"S\":\"b\"}}");
    }
}
