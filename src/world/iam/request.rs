//! What a request asks for: actions on resources, each with what condition keys can tell of it.
//!
//! The life of a request here: its parts are found (a transaction is as many actions as it has parts, a batch is its own
//! action on each table, a PartiQL statement is PartiQLSelect and so on); each part's plan tells the table or index and the
//! partition keys, its body the attributes, what it returns, and the rest. A request that cannot be planned is refused by
//! the service for that; until then it asks for what it names.
//!
//! | key | what it is here |
//! | --- | --- |
//! | dynamodb:LeadingKeys | the partition keys that are named; none for a Scan |
//! | dynamodb:Attributes | the top-level attributes in keys, items, expressions, and lists of names |
//! | dynamodb:Select | as given, or SPECIFIC_ATTRIBUTES with a projection, ALL_PROJECTED_ATTRIBUTES of an index, ALL_ATTRIBUTES |
//! | dynamodb:ReturnValues | as given, or NONE; of PutItem, UpdateItem and DeleteItem |
//! | dynamodb:ReturnConsumedCapacity | as given |
//! | dynamodb:EnclosingOperation | the transaction that a part belongs to |
//! | dynamodb:FullTableScan | whether a PartiQLSelect reads the whole table |
//! | www.amazon.com:user_id, cognito-identity.amazonaws.com:sub and the like | the user who has signed in; aws:username is not there |
//! | aws:userid, aws:PrincipalArn, aws:RequestedRegion, aws:EpochTime, aws:SecureTransport | who asks, where, when |
//!
//! Left out: attributes in the WHERE of a PartiQL statement. Source: Service authorization reference, "Actions, resources, and
//! condition keys for Amazon DynamoDB"; AWS documentation, "Using IAM policy conditions for fine-grained access control",
//! "Using IAM with DynamoDB transactions", "IAM security policies with PartiQL for DynamoDB".

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Principal;
use super::document::{USER_KEYS, session_of};
use crate::engine::plan::{Access, Plan};
use crate::engine::value::AttributeValue;
use crate::engine::{Engine, ops};

/// The members by which requests name what is no table by its ARN.
const ARNS: [&str; 6] = ["ResourceArn", "StreamArn", "BackupArn", "TableArn", "ExportArn", "ImportArn"];
/// The members that hold expressions.
const EXPRESSIONS: [&str; 5] =
    ["ProjectionExpression", "FilterExpression", "KeyConditionExpression", "ConditionExpression", "UpdateExpression"];
/// The members that are maps by attribute name.
const MAPS: [&str; 7] = ["Item", "Key", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter"];
/// Words of expressions that are no attributes.
const WORDS: [&str; 9] = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];

/// What a request would do, as far as policies can tell.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct RequestContext {
    /// `dynamodb:GetItem`.
    pub(super) action: String,
    /// The table's or index's ARN.
    pub(super) resource: String,
    /// The values of condition keys, by the key's name in lower case. What is not there is absent.
    context: BTreeMap<&'static str, Vec<String>>,
}

impl RequestContext {
    /// An action on a resource of which nothing else is known.
    pub(super) fn of(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), context: BTreeMap::new() }
    }

    /// The same with the values of a condition key; with none, it is absent.
    pub(super) fn with<S: Into<String>>(mut self, key: &'static str, values: impl IntoIterator<Item = S>) -> Self {
        let mut values: Vec<String> = values.into_iter().map(Into::into).collect();
        values.sort_unstable();
        values.dedup();
        if !values.is_empty() {
            self.context.insert(key, values);
        }
        self
    }

    /// The values of a condition key, whose case is of no account.
    pub(super) fn values(&self, key: &str) -> &[String] {
        self.context.get(key.to_lowercase().as_str()).map_or(&[], Vec::as_slice)
    }
}

/// A part of a request that is an action of its own.
struct RequestPart<'a> {
    action: String,
    body: &'a Value,
    /// The transaction it belongs to.
    enclosing: Option<&'a str>,
}

/// Every action that requests ask for here.
pub(super) fn actions() -> impl Iterator<Item = String> {
    // These ask for what their parts ask for.
    let has_parts = |verb: &str| verb.starts_with("Transact") || verb.contains("Execute");
    let whole = ops::VERBS.iter().map(|verb| verb.name).filter(move |verb| !has_parts(verb));
    let of_parts = ["ConditionCheckItem", "PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"];
    whole.chain(of_parts).map(|verb| format!("dynamodb:{verb}"))
}

/// What a request of someone asks for: once for each table, index or item it touches.
pub(super) fn asked(verb: &str, body: &Value, principal: &Principal, engine: &mut Engine) -> Vec<RequestContext> {
    let plans = engine.explain(verb, body.clone()).unwrap_or_default();
    let parts = parts(verb, body);
    let (tables, common) = (table_arns(engine), common(principal, engine));
    let finished =
        |asked: RequestContext| common.iter().fold(asked, |asked, (key, value)| asked.with(key, [value.clone()]));
    let found: Vec<RequestContext> = if plans.is_empty() {
        parts.iter().map(|part| unplanned(part, body, &tables)).collect()
    } else if is_batch(verb) {
        merged(plans.iter().map(|plan| planned(&in_batch(&parts[0], &plan.table), plan, body, engine)))
    } else if parts.len() == plans.len() {
        parts.iter().zip(&plans).map(|(part, plan)| planned(part, plan, body, engine)).collect()
    } else if let [part] = &parts[..] {
        plans.iter().map(|plan| planned(part, plan, body, engine)).collect()
    } else {
        // Some part cannot be planned: each action is asked for on everything that is touched.
        let each = |part| plans.iter().map(move |plan| (part, plan));
        parts.iter().flat_map(each).map(|(part, plan)| planned(part, plan, body, engine)).collect()
    };
    found.into_iter().map(finished).collect()
}

/// What is asked for of one resource by one action, asked once: a key has the values of all items then.
fn merged(asked: impl Iterator<Item = RequestContext>) -> Vec<RequestContext> {
    let mut merged: Vec<RequestContext> = Vec::new();
    for one in asked {
        match merged.iter_mut().find(|other| other.action == one.action && other.resource == one.resource) {
            None => merged.push(one),
            Some(other) => {
                for (key, mut values) in one.context {
                    values.extend(other.context.remove(key).unwrap_or_default());
                    *other = std::mem::take(other).with(key, values);
                }
            }
        }
    }
    merged
}

fn table_arns(engine: &Engine) -> String {
    let config = engine.config();
    format!("arn:aws:dynamodb:{}:{}:table", config.region, config.account)
}

/// The keys that say who asks, where and when.
fn common(principal: &Principal, engine: &Engine) -> Vec<(&'static str, String)> {
    let config = engine.config();
    let user = USER_KEYS.map(|key| (key, principal.user.clone()));
    let others = [
        ("aws:userid", session_of(principal)),
        ("aws:principalarn", format!("arn:aws:iam::{}:role/{}", config.account, principal.role)),
        ("aws:requestedregion", config.region.clone()),
        ("aws:epochtime", engine.now().as_secs().to_string()),
        ("aws:securetransport", "true".to_owned()),
    ];
    user.into_iter().chain(others).collect()
}

fn is_batch(verb: &str) -> bool {
    matches!(verb, "BatchGetItem" | "BatchWriteItem")
}

/// The parts of a request, in its order.
fn parts<'a>(verb: &'a str, body: &'a Value) -> Vec<RequestPart<'a>> {
    let whole = || vec![RequestPart { action: format!("dynamodb:{verb}"), body, enclosing: None }];
    let list = |member: &str| body.get(member).and_then(Value::as_array).filter(|list| !list.is_empty());
    let statements = |list: &'a Vec<Value>, enclosing: Option<&'a str>| {
        list.iter().map(|one| RequestPart { action: statement_action(one), body: one, enclosing }).collect()
    };
    let found: Option<Vec<RequestPart<'a>>> = match verb {
        "TransactWriteItems" | "TransactGetItems" => {
            list("TransactItems").map(|list| list.iter().flat_map(|item| in_transaction(item, verb)).collect())
        }
        "ExecuteStatement" => Some(vec![RequestPart { action: statement_action(body), body, enclosing: None }]),
        "BatchExecuteStatement" => list("Statements").map(|list| statements(list, None)),
        "ExecuteTransaction" => list("TransactStatements").map(|list| statements(list, Some(verb))),
        _ => None,
    };
    found.filter(|parts| !parts.is_empty()).unwrap_or_else(whole)
}

/// The actions of one entry of a transaction.
fn in_transaction<'a>(item: &'a Value, verb: &'a str) -> impl Iterator<Item = RequestPart<'a>> {
    let names = [
        ("Put", "PutItem"),
        ("Update", "UpdateItem"),
        ("Delete", "DeleteItem"),
        ("ConditionCheck", "ConditionCheckItem"),
        ("Get", "GetItem"),
    ];
    names.into_iter().filter_map(move |(member, action)| {
        let body = item.get(member).filter(|body| body.is_object())?;
        Some(RequestPart { action: format!("dynamodb:{action}"), body, enclosing: Some(verb) })
    })
}

/// A batch's part about one table.
fn in_batch<'a>(batch: &RequestPart<'a>, table: &str) -> RequestPart<'a> {
    let tables = batch.body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
    let about = |name: &str| name == table || name.rsplit('/').next() == Some(table);
    let body = tables.into_iter().find(|(name, _)| about(name)).map_or(batch.body, |(_, body)| body);
    RequestPart { action: batch.action.clone(), body, enclosing: None }
}

/// What a part asks for whose plan is not known.
fn unplanned(part: &RequestPart<'_>, body: &Value, tables: &str) -> RequestContext {
    let arn = ARNS.iter().find_map(|member| body.get(member)?.as_str()).filter(|arn| arn.starts_with("arn:"));
    let table = part.body.get("TableName").and_then(Value::as_str).or_else(|| statement_table(part.body));
    let table = table.unwrap_or("*");
    let named = if table.starts_with("arn:") { table.to_owned() } else { format!("{tables}/{table}") };
    // Who may ask for an index is decided before it is known whether there is one.
    let index = part.body.get("IndexName").and_then(Value::as_str);
    let named = index.map_or_else(|| named.clone(), |index| format!("{named}/index/{index}"));
    let asked = RequestContext::of(part.action.clone(), arn.map_or(named, str::to_owned));
    asked.with("dynamodb:enclosingoperation", part.enclosing)
}

/// What a part asks for.
fn planned(part: &RequestPart<'_>, plan: &Plan, body: &Value, engine: &Engine) -> RequestContext {
    let action = part.action.strip_prefix("dynamodb:").unwrap_or_default();
    let name = plan.table.rsplit('/').next().unwrap_or(&plan.table);
    let index = plan.index.as_ref().map(|index| format!("/index/{index}")).unwrap_or_default();
    let partition = engine.table(name).and_then(|table| table.keys.partition.first()).map(|key| key.name.as_str());
    let is_everything = matches!(plan.access, Access::Everything { .. });
    let asked = RequestContext::of(part.action.clone(), format!("{}/{name}{index}", table_arns(engine)))
        .with("dynamodb:leadingkeys", leading_keys(&plan.access, partition))
        .with("dynamodb:attributes", attributes(part.body))
        .with("dynamodb:select", select(action, part.body, plan))
        .with("dynamodb:returnvalues", return_values(action, part))
        .with("dynamodb:enclosingoperation", part.enclosing);
    let asked = match body.get("ReturnConsumedCapacity").and_then(Value::as_str) {
        Some(detail) => asked.with("dynamodb:returnconsumedcapacity", [detail]),
        None => asked,
    };
    if action == "PartiQLSelect" { asked.with("dynamodb:fulltablescan", [is_everything.to_string()]) } else { asked }
}

/// What a read selects: as it says, or as it follows from what it asks for.
fn select(action: &str, body: &Value, plan: &Plan) -> Option<String> {
    if action == "PartiQLSelect" {
        let everything = statement_columns(body).is_empty();
        return Some(if everything { "ALL_ATTRIBUTES" } else { "SPECIFIC_ATTRIBUTES" }.to_owned());
    }
    if !matches!(action, "GetItem" | "BatchGetItem" | "Query" | "Scan") {
        return None;
    }
    let given = body.get("Select").and_then(Value::as_str);
    let projects = body.get("ProjectionExpression").or_else(|| body.get("AttributesToGet")).is_some();
    let follows = match plan.index {
        _ if projects => "SPECIFIC_ATTRIBUTES",
        Some(_) => "ALL_PROJECTED_ATTRIBUTES",
        None => "ALL_ATTRIBUTES",
    };
    Some(given.unwrap_or(follows).to_owned())
}

/// What a single write returns.
fn return_values(action: &str, part: &RequestPart<'_>) -> Option<String> {
    let returns = matches!(action, "PutItem" | "UpdateItem" | "DeleteItem") && part.enclosing.is_none();
    returns.then(|| part.body.get("ReturnValues").and_then(Value::as_str).unwrap_or("NONE").to_owned())
}

/// The action of a PartiQL statement, which is not that of the request: `dynamodb:PartiQLSelect`.
fn statement_action(body: &Value) -> String {
    let statement = body.get("Statement").and_then(Value::as_str).unwrap_or_default();
    let verb = statement.split_whitespace().next().unwrap_or_default().to_lowercase();
    let verb = match verb.as_str() {
        "insert" => "Insert",
        "update" => "Update",
        "delete" => "Delete",
        // EXISTS reads, too.
        _ => "Select",
    };
    format!("dynamodb:PartiQL{verb}")
}

/// The table that a PartiQL statement names.
fn statement_table(body: &Value) -> Option<&str> {
    let mut words = body.get("Statement")?.as_str()?.split_whitespace();
    words.find(|word| ["from", "into", "update"].iter().any(|known| known.eq_ignore_ascii_case(word)))?;
    words.next()?.trim_matches('"').split(['.', '"', ')']).next()
}

/// The columns that a SELECT names; none for all.
fn statement_columns(body: &Value) -> Vec<String> {
    let statement = body.get("Statement").and_then(Value::as_str).unwrap_or_default().trim_start();
    let lower = statement.to_ascii_lowercase();
    let (Some(from), true) = (lower.find(" from "), lower.starts_with("select ")) else { return Vec::new() };
    let columns = statement.get("select ".len()..from).unwrap_or_default().split(',');
    let root = |column: &str| column.trim().trim_matches('"').split(['.', '[']).next().unwrap_or_default().to_owned();
    columns.map(root).filter(|column| !column.is_empty() && column != "*").collect()
}

/// The partition keys that an access names.
fn leading_keys(access: &Access, partition: Option<&str>) -> Option<String> {
    let text = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.to_string(),
        AttributeValue::N(number) => number.to_string(),
        _ => String::new(),
    };
    match access {
        Access::Item(key) => partition.and_then(|name| key.get(name)).map(text),
        Access::Range { equal, .. } => equal.first().map(|(_, scalar)| text(&scalar.to_value())),
        Access::Everything { .. } | Access::Control => None,
    }
}

/// The top-level attributes that a part of a request names.
fn attributes(body: &Value) -> Vec<String> {
    let mut found = statement_columns(body);
    let keys_of = |map: &Value| map.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect::<Vec<_>>();
    found.extend(MAPS.iter().filter_map(|member| body.get(member)).flat_map(keys_of));
    let lists = body.get("Keys").and_then(Value::as_array).into_iter().flatten();
    found.extend(lists.flat_map(keys_of));
    // The writes of a batch about one table.
    for write in body.as_array().into_iter().flatten() {
        found.extend(write.get("PutRequest").and_then(|put| put.get("Item")).into_iter().flat_map(keys_of));
        found.extend(write.get("DeleteRequest").and_then(|delete| delete.get("Key")).into_iter().flat_map(keys_of));
    }
    let listed = body.get("AttributesToGet").and_then(Value::as_array);
    found.extend(listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    let names = body.get("ExpressionAttributeNames").and_then(Value::as_object);
    let expressions = EXPRESSIONS.iter().filter_map(|member| body.get(member)?.as_str());
    found.extend(expressions.flat_map(|expression| roots(expression, names)));
    found
}

/// The attributes at the roots of the paths of an expression, which is known to be one.
fn roots(expression: &str, names: Option<&Map<String, Value>>) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let (mut rest, mut before) = (expression, ' ');
    while let Some(first) = rest.chars().next() {
        if !is_part(first) && first != '#' && first != ':' {
            before = if first.is_whitespace() { before } else { first };
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.char_indices().skip(1).find(|(_, c)| !is_part(*c)).map_or(rest.len(), |(at, _)| at);
        let (word, after) = rest.split_at(end);
        let is_function = after.trim_start().starts_with('(');
        let is_word = WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        if before != '.' && !is_function && !is_word && first != ':' && !first.is_ascii_digit() {
            let name = names.and_then(|names| names.get(word)).and_then(Value::as_str).unwrap_or(word);
            found.push(name.to_owned());
        }
        // What a word ends with is no dot.
        (before, rest) = ('x', after);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_expression_names_the_roots_of_its_paths() {
        let names = json!({"#s": "state", "#d": "deep"});
        let roots = |expression: &str| roots(expression, names.as_object());
        assert_eq!(roots("#s = :s AND a.b.#d[0].c BETWEEN :x and :y"), ["state", "a"]);
        assert_eq!(roots("attribute_not_exists(pk) OR NOT (size(#s) IN (:a, :b))"), ["pk", "state"]);
        assert_eq!(
            roots("SET a = if_not_exists(b, :zero) + :n, c[1]=d REMOVE #d ADD e :e"),
            ["a", "b", "c", "d", "deep", "e"]
        );
        assert_eq!(roots("a,b , c.d"), ["a", "b", "c"]);
    }

    #[test]
    fn a_transaction_is_the_actions_of_its_parts() {
        let body = json!({"TransactItems": [
            {"Put": {"TableName": "T", "Item": {"id": {"S": "1"}}}},
            {"ConditionCheck": {"TableName": "T", "Key": {"id": {"S": "2"}}}},
        ]});
        let actions: Vec<String> = parts("TransactWriteItems", &body).into_iter().map(|part| part.action).collect();
        assert_eq!(actions, ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"]);
        let body =
            json!({"TransactStatements": [{"Statement": "EXISTS(SELECT * FROM T)"}, {"Statement": " update T"}]});
        let actions: Vec<String> = parts("ExecuteTransaction", &body).into_iter().map(|part| part.action).collect();
        assert_eq!(actions, ["dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate"]);
    }

    #[test]
    fn a_select_names_its_columns() {
        let columns = |statement: &str| statement_columns(&json!({"Statement": statement}));
        assert_eq!(columns("SELECT \"a\", b.c, d[0] FROM T"), ["a", "b", "d"]);
        let table = |statement: &str| statement_table(&json!({"Statement": statement})).map(str::to_owned);
        assert_eq!(table("INSERT INTO \"T\" VALUE {}").as_deref(), Some("T"));
        assert_eq!(table("EXISTS(SELECT * FROM \"T\".\"byState\")").as_deref(), Some("T"));
        assert_eq!(table("nothing"), None);
        assert!(columns("SELECT * FROM T").is_empty() && columns("DELETE FROM T WHERE a = 1").is_empty());
    }
}
