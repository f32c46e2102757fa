//! What a role may do, asked of its policies.

use super::{QUERY_ANA, at, check, told};

#[test]
fn policies_are_asked_and_requests_are_the_roles_own() {
    let policy = |actions: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#
        )
    };
    let done = "state: {policy: {role: app, user: ana, may: ['query --table-name Orders --key-condition-expression \"who = :w\" --expression-attribute-values {\":w\":{\"S\":\"ana\"}}'], may_not: [scan --table-name Orders]}}";
    check(done, &[&policy("\"dynamodb:Query\"")], "done");
    check(done, &[&policy("\"dynamodb:*\"")], "The role app as ana may still run: scan --table-name Orders.");
    check(done, &[&policy("\"dynamodb:GetItem\"")], "The role app as ana may not run: query");
    let asked = "returned: {table: Orders, key: {who: ana}, as: app, error: AccessDeniedException}";
    let setup = [policy("\"dynamodb:GetItem\""), ":as app ana".to_owned()];
    check(asked, &[&setup[0], &setup[1], QUERY_ANA], "done");
    check(asked, &[&setup[0], QUERY_ANA], "Your Query was sent by an administrator, not by the role app.");
}

/// Who may ask for an index is decided before it is known whether there is one.
#[test]
fn an_index_is_a_resource_of_its_own() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let policy = |more: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"{arn}"}}{more}]}}"#
        )
    };
    let query = |index: &str| {
        format!(
            "query --table-name Orders --index-name {index} --key-condition-expression \"who = :w\" --expression-attribute-values {{\":w\":{{\"S\":\"ana\"}}}}"
        )
    };
    let done =
        format!("state: {{policy: {{role: app, user: ana, may_not: ['{}', '{}']}}}}", query("byState"), query("byDay"));
    check(&done, &[&policy("")], "done");
    let index = format!(r#",{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"{arn}/index/byDay"}}"#);
    check(&done, &[&policy(&index)], "The role app as ana may still run: query --table-name Orders --index-name byDay");
}

/// Whoever lets a user in by a variable, and somebody else by name, lets them into each other's items.
#[test]
fn a_policy_is_asked_for_the_keys_that_it_names() {
    let policy = |keys: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"*","Condition":{{"ForAllValues:StringEquals":{{"dynamodb:LeadingKeys":[{keys}]}}}}}}]}}"#
        )
    };
    let done = "state: {policy: {role: app, user: ana, may: ['query --table-name Orders --key-condition-expression \"who = :w\" --expression-attribute-values {\":w\":{\"S\":\"ana\"}}']}}";
    let variable = r#""${www.amazon.com:user_id}""#;
    check(done, &[&policy(variable)], "done");
    check(done, &[&policy(r#""ana""#)], "done");
    let said = told(&mut at(done), &[&policy(&format!(r#"{variable},"zoe""#))]);
    assert!(said.starts_with("The role app as ana may still run: query") && said.contains("zoe"), "{said}");
}

/// What a role may do beside is asked of all that there is, not of a list that somebody thought of.
#[test]
fn nothing_else_is_asked_of_every_action_and_every_resource() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let policy = |actions: &str, resources: &str, more: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":[{resources}]{more}}}]}}"#
        )
    };
    let only = "state: {policy: {role: app, user: ana, only: {actions: [dynamodb:Query, dynamodb:GetItem], resources: [table/Orders]}}}";
    let (query, orders) = (r#""dynamodb:query""#, format!("\"{arn}\""));
    check(only, &[&policy(query, &orders, "")], "done");
    let condition = r#","Condition":{"ForAnyValue:StringEquals":{"dynamodb:LeadingKeys":["nobody"]}}"#;
    for (actions, resources, more, told) in [
        (
            r#""dynamodb:Query","dynamodb:ConditionCheckItem""#,
            orders.clone(),
            "",
            "dynamodb:ConditionCheckItem on table/Orders",
        ),
        (r#""dynamodb:Query","dynamodb:DescribeTimeToLive""#, orders.clone(), condition, "dynamodb:DescribeTimeToLive"),
        (r#""dynamodb:Query","dynamodb:UpdateGlobalTable""#, orders.clone(), "", "dynamodb:UpdateGlobalTable"),
        (r#""dynamodb:PartiQL*""#, orders.clone(), "", "dynamodb:PartiQLSelect"),
        (query, "\"*\"".to_owned(), "", "dynamodb:Query on table/Fixed"),
        (query, format!("\"{arn}*\""), "", "dynamodb:Query on table/Orders/index/byState"),
        (
            query,
            format!("\"{arn}\",\"{arn}/index/other*\",\"{arn}s\""),
            "",
            "dynamodb:Query on table/Orders/index/otherx",
        ),
        (query, format!("\"{arn}\",\"{arn}?\""), "", "dynamodb:Query on table/Ordersx"),
    ] {
        check(only, &[&policy(actions, &resources, more)], &format!("The role app as ana may also use {told}"));
    }
    // What is denied whatever else is so is not allowed.
    let denied = r#"aws iam put-role-policy --role-name app --policy-name no --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["dynamodb:Query"],"Resource":"*"}]}"#;
    check(only, &[denied, &policy(r#""dynamodb:*""#, &orders, "")], "done");
    let with_indexes = only.replace("[table/Orders]", "[table/Orders, table/Orders/index/*]");
    check(&with_indexes, &[&policy(query, &format!("\"{arn}\",\"{arn}/index/*\""), "")], "done");
}

/// A Scan never has leading keys, so that no command shows what a condition on them says of it.
#[test]
fn an_action_is_asked_of_in_itself() {
    let policy = |condition: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"dynamodb:scan","Resource":"*","Condition":{{{condition}}}}}}}"#
        )
    };
    let own = r#""ForAllValues:StringEquals":{"dynamodb:leadingKeys":"${www.amazon.com:user_id}"}"#;
    let closed = format!(r#"{own},"Null":{{"dynamodb:LeadingKeys":[false]}}"#);
    let all = "allows: [dynamodb:Scan table/Orders ana], denies: [dynamodb:Scan table/Orders, dynamodb:Scan table/Orders ben]";
    let done = format!("state: {{policy: {{role: app, user: ana, {all}}}}}");
    check(&done, &[&policy(&closed)], "done");
    check(
        &done,
        &[&policy(own)],
        "The role app as ana may use dynamodb:Scan on table/Orders in a request that has no leading keys.",
    );
    let others = closed.replace("${www.amazon.com:user_id}", "ben");
    check(
        &done,
        &[&policy(&others)],
        "may not use dynamodb:Scan on table/Orders in a request that has the leading key ana.",
    );
}

/// A policy that is attached to a table allows as well, and a variable within a longer text is another key.
#[test]
fn nothing_else_is_asked_of_attached_policies_and_of_keys_made_of_the_variable() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let own = |keys: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"{arn}","Condition":{{"ForAllValues:StringEquals":{{"dynamodb:LeadingKeys":[{keys}]}}}}}}]}}"#
        )
    };
    let variable = r#""${www.amazon.com:user_id}""#;
    let only = "state: {policy: {role: app, user: ana, only: {actions: [dynamodb:Query], resources: [table/Orders]}}}";
    let attached = format!(
        r#"put-resource-policy --resource-arn {arn} --policy '{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::123456789012:role/app"}},"Action":"dynamodb:DeleteItem","Resource":"{arn}"}}]}}'"#
    );
    check(only, &[&own(variable)], "done");
    check(only, &[&attached, &own(variable)], "The role app as ana may also use dynamodb:DeleteItem on table/Orders");
    let may = "state: {policy: {role: app, user: ana, may: ['query --table-name Orders --key-condition-expression \"who = :w\" --expression-attribute-values {\":w\":{\"S\":\"ana\"}}']}}";
    let archive = format!(r#"{variable},"${{www.amazon.com:user_id}}#archive""#);
    let said = told(&mut at(may), &[&own(&archive)]);
    assert!(said.contains("may still run: query") && said.contains("ana#archive"), "{said}");
}
