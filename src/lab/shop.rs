//! The small seeded shop that the free prompt plays on.

use super::fill;
use super::workbench::Workbench;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::ApiError;
use serde_json::{Value, json};

/// A workbench with a shop on it: customers, orders and products.
///
/// # Errors
/// Never, unless the shop's own declaration is at fault.
pub fn shop() -> Result<Workbench, ApiError> {
    let mut bench = Workbench::new();
    for table in [customers(), orders(), products()] {
        fill::table(&mut bench, &table)?;
    }
    Ok(bench)
}

fn table(create: Value, count: u64, item: &Value) -> SetupTable {
    let item = item.as_object().cloned().unwrap_or_default().into_iter().collect();
    SetupTable { create, generate: vec![Generate { count, seed: 2026, item }], items: Vec::new() }
}

fn customers() -> SetupTable {
    let create = json!({
        "TableName": "Customers",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "customerId", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "customerId", "KeyType": "HASH"}],
    });
    let item = json!({
        "customerId": {"S": "C-{n:3}"},
        "email": {"S": "customer{n}@example.com"},
        "city": {"S": "{pick:Lyon|Porto|Oslo|Cork|Graz}"},
        "loyaltyPoints": {"N": "{int:0:900}"},
    });
    table(create, 20, &item)
}

fn orders() -> SetupTable {
    let create = json!({
        "TableName": "Orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "customerId", "AttributeType": "S"},
            {"AttributeName": "orderDate", "AttributeType": "S"},
            {"AttributeName": "orderStatus", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "customerId", "KeyType": "HASH"},
            {"AttributeName": "orderDate", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "byStatus",
            "KeySchema": [
                {"AttributeName": "orderStatus", "KeyType": "HASH"},
                {"AttributeName": "orderDate", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }],
    });
    let item = json!({
        "customerId": {"S": "C-{int:1:20:3}"},
        "orderDate": {"S": "{date:2026-01-01:150}#{n:4}"},
        "orderStatus": {"S": "{pick:PENDING|SHIPPED|SHIPPED|DELIVERED|DELIVERED|DELIVERED}"},
        "amount": {"N": "{int:5:400}"},
        "note": {"S": "{text:80}"},
    });
    table(create, 200, &item)
}

fn products() -> SetupTable {
    let create = json!({
        "TableName": "Products",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "sku", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "sku", "KeyType": "HASH"}],
    });
    let item = json!({
        "sku": {"S": "P-{n:2}"},
        "title": {"S": "{pick:Kettle|Lamp|Chair|Rug|Clock} {n}"},
        "stock": {"N": "{int:0:50}"},
        "version": {"N": "1"},
    });
    table(create, 12, &item)
}
