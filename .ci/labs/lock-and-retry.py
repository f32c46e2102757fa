"""A till: sells one piece of a product."""

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

products = boto3.resource("dynamodb").Table("Products")


def is_refused(error):
    """Whether a write was refused because of its condition."""
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def read(sku):
    return products.get_item(Key={"sku": sku}, ConsistentRead=True)["Item"]


def save(item):
    """Saves an item, its version raised by one."""
    read_version = item["version"]
    products.put_item(
        Item={**item, "version": read_version + 1}, ConditionExpression=Attr("version").eq(read_version))


def sell(sku):
    """Sells one piece. Returns whether it was sold."""
    for _ in range(5):
        item = read(sku)
        if item["stock"] < 1:
            return False
        item["stock"] -= 1
        try:
            save(item)
        except ClientError as error:
            if not is_refused(error):
                raise
            print(sku, "was saved by somebody else meanwhile")
            continue
        return True
    return False


def order(sku):
    """Orders more of a product."""
    products.put_item(Item={"sku": "ORDER-" + sku})


def visit(page):
    """Step 4: the challenge."""
    boto3.resource("dynamodb").Table("Pages").update_item(
        Key={"page": page}, UpdateExpression="ADD visits :one", ExpressionAttributeValues={":one": 1})


print("P-07:", sell("P-07"))
print("P-08:", sell("P-08"))
if not sell("P-09"):
    order("P-09")
for _ in range(5):
    visit("home")
