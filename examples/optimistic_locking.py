"""The lab optimistic-locking, done in Python with boto3.

    dynadrill lab serve optimistic-locking      (in one terminal; paste its export lines into the other)
    python examples/optimistic_locking.py

Two writers hold the same product. The version number in the condition tells the second one that it came too late.
"""

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

products = boto3.resource("dynamodb").Table("Products")
KETTLE = {"sku": "P-07"}


def sell_one(read):
    """Saves one sale, on the condition that nobody saved since `read` was read."""
    return products.update_item(
        Key=KETTLE,
        UpdateExpression="SET stock = :left, version = version + :one",
        ConditionExpression="version = :read",
        ExpressionAttributeValues={":left": read["stock"] - 1, ":one": 1, ":read": read["version"]},
        ReturnValues="ALL_NEW",
    )["Attributes"]


def is_refused(write):
    """Whether a write is refused because of its condition. Any other error is not ours to swallow."""
    try:
        write()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return True
    return False


# Both writers read the same version.
read_by_a = products.get_item(Key=KETTLE)["Item"]
read_by_b = dict(read_by_a)

print("A saved:", sell_one(read_by_a))

# B is told, and nothing is overwritten. To send the same again would fail for ever: B must read first.
assert is_refused(lambda: sell_one(read_by_b)), "B's stale write went through"
read_by_b = products.get_item(Key=KETTLE, ConsistentRead=True)["Item"]
print("B saved:", sell_one(read_by_b))


# The same message twice: the product is created once.
def create():
    """Creates the clock, unless it is there."""
    products.put_item(Item={"sku": "P-99", "title": "Clock"}, ConditionExpression=Attr("sku").not_exists())


create()
assert is_refused(create), "the second put replaced the first"

# Counting needs no condition: ADD begins at zero.
for _ in range(3):
    counted = products.update_item(
        Key=KETTLE,
        UpdateExpression="ADD pageViews :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
assert counted["Attributes"]["pageViews"] == 3, counted
print("done")
