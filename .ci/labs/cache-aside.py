"""A shop whose visitors look at prices."""

import time

import boto3

dynamodb = boto3.resource("dynamodb")
tables = {"Products": dynamodb.Table("Products"), "Stores": dynamodb.Table("Stores")}
names = {"Products": "sku", "Stores": "store"}
cache = {}


def look_up(table, key):
    """Returns an item, or None if there is none. Step 4 is about the latter."""
    item, read_at = cache.get((table, key), (None, None))
    if read_at is None or time.monotonic() - read_at > 1:
        item = tables[table].get_item(Key={names[table]: key}).get("Item")
        cache[table, key] = item, time.monotonic()
    return item


def set_price(sku, price):
    tables["Products"].update_item(
        Key={"sku": sku}, UpdateExpression="SET price = :p", ExpressionAttributeValues={":p": price})
    cache.pop(("Products", sku), None)


# ---- The visitors: leave this as it is. ----
def view(sku):
    return look_up("Products", sku)["price"]


def note(run, **what):
    dynamodb.Table("Shown").put_item(Item={"run": run, **what})


note("many", total=sum(view(sku) for _ in range(20) for sku in ("P-1", "P-2", "P-3")))

shown = [view("P-1")]
set_price("P-1", 15)
note("change", prices=shown + [view("P-1")])

shown = [view("P-4"), view("P-4")]
time.sleep(1.5)
note("others", prices=shown + [view("P-4")])

try:
    found = [look_up("Stores", store) for _ in range(20) for store in ("S-1", "S-404")]
    note("stores", found=sum(store is not None for store in found), missing=found.count(None))
except dynamodb.meta.client.exceptions.ResourceNotFoundException:
    pass  # The table Stores comes with step 4.
