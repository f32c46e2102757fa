"""Reports on the sales of a month."""

import boto3
from boto3.dynamodb.conditions import Attr, Key

dynamodb = boto3.resource("dynamodb")
sales = dynamodb.Table("Sales")
reports = dynamodb.Table("Reports")


def month_report(month):
    """Step 1: counts all sales of a month and adds up their amounts."""
    page = sales.query(KeyConditionExpression=Key("month").eq(month))
    items = page["Items"]
    while "LastEvaluatedKey" in page:
        page = sales.query(KeyConditionExpression=Key("month").eq(month), ExclusiveStartKey=page["LastEvaluatedKey"])
        items += page["Items"]
    reports.put_item(Item={
        "report": month,
        "sales": len(items),
        "total": sum(item["amount"] for item in items),
    })


def refund_report(month):
    """Step 2: lists the refunds of a month."""
    asked = {"KeyConditionExpression": Key("month").eq(month), "FilterExpression": Attr("kind").eq("REFUND")}
    found = []
    page = sales.query(**asked)
    found += page["Items"]
    while "LastEvaluatedKey" in page:
        page = sales.query(**asked, ExclusiveStartKey=page["LastEvaluatedKey"])
        found += page["Items"]
    reports.put_item(Item={"report": f"{month} refunds", "ids": [item["saleId"] for item in found]})


def latest_report(month, count):
    """Step 3: lists the newest sales of a month, the newest first."""
    page = sales.query(KeyConditionExpression=Key("month").eq(month), ScanIndexForward=False, Limit=count)
    newest = page["Items"]
    reports.put_item(Item={"report": f"{month} latest", "ids": [item["saleId"] for item in newest]})


def sensor_report():
    """Step 4: the challenge."""
    readings, start = [], {}
    while True:
        page = dynamodb.Table("Readings").query(KeyConditionExpression=Key("sensor").eq("S-7"), **start)
        readings += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    highest = max(reading["value"] for reading in readings)
    reports.put_item(Item={"report": "S-7", "readings": len(readings), "highest": highest})


month_report("2026-05")
refund_report("2026-05")
latest_report("2026-05", 5)
sensor_report()
