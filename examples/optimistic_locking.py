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

# B gets an error, and nothing is overwritten. The same request would fail again: B must read first.
assert is_refused(lambda: sell_one(read_by_b)), "B's stale write went through"
read_by_b = products.get_item(Key=KETTLE, ConsistentRead=True)["Item"]
print("B saved:", sell_one(read_by_b))


# The last seat: a condition on what matters needs no version, and no read before it.
courses = boto3.resource("dynamodb").Table("Courses")


def book(name):
    """Books a seat, unless none is left."""
    courses.update_item(
        Key={"courseId": "C-1"},
        UpdateExpression="SET seats = seats - :one ADD booked :who",
        ConditionExpression=Attr("seats").gt(0),
        ExpressionAttributeValues={":one": 1, ":who": {name}},
    )


book("dita")
assert is_refused(lambda: book("emeka")), "the last seat was booked twice"
# Who was refused waits. ADD makes the set if it is not there.
courses.update_item(
    Key={"courseId": "C-1"}, UpdateExpression="ADD waiting :who", ExpressionAttributeValues={":who": {"emeka"}}
)
print("done")
