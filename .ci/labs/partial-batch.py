"""my-charges: charges the account of each new order."""

import boto3

dynamodb = boto3.client("dynamodb")


def charge(order):
    """Adds the amount of an order to what its account is charged. The account must be there."""
    dynamodb.update_item(
        TableName="Accounts",
        Key={"id": order["account"]},
        UpdateExpression="ADD charged :amount",
        ConditionExpression="attribute_exists(id)",
        ExpressionAttributeValues={":amount": order["amount"]},
    )


def reject(order):
    """Puts an order aside that can never be charged."""
    dynamodb.put_item(TableName="Rejected", Item={"id": order["id"]})


def handler(event, context):
    for record in event["Records"]:
        if record["eventName"] != "INSERT":
            continue
        order = record["dynamodb"]["NewImage"]
        if "N" not in order["amount"]:
            reject(order)
            continue
        try:
            charge(order)
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
