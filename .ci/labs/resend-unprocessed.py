"""Imports messages in batches, and looks whether they have arrived."""

import time

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")


def message(id):
    return {"PutRequest": {"Item": {"id": {"S": id}, "text": {"S": "x" * 700}}}}


def write_all(requests):
    """Steps 1 and 2: writes all requests, 25 at a time."""
    for start in range(0, len(requests), 25):
        batch = requests[start:start + 25]
        for attempt in range(12):
            try:
                response = dynamodb.batch_write_item(RequestItems={"Messages": batch})
                batch = response["UnprocessedItems"].get("Messages", [])
            except dynamodb.exceptions.ProvisionedThroughputExceededException:
                pass  # Nothing of it was written.
            if not batch:
                break
            time.sleep(0.1 * 2 ** attempt)


def find_missing(ids):
    """Step 3: says which messages are not in the table."""
    keys = [{"id": {"S": id}} for id in ids]
    found = set()
    for attempt in range(12):
        try:
            response = dynamodb.batch_get_item(RequestItems={"Messages": {"Keys": keys}})
            found |= {item["id"]["S"] for item in response["Responses"]["Messages"]}
            keys = response["UnprocessedKeys"].get("Messages", {}).get("Keys", [])
        except dynamodb.exceptions.ProvisionedThroughputExceededException:
            pass  # Nothing of it was read.
        if not keys:
            break
        time.sleep(0.1 * 2 ** attempt)
    missing = [id for id in ids if id not in found]
    dynamodb.put_item(TableName="Reports", Item={
        "report": {"S": "missing"}, "ids": {"L": [{"S": id} for id in missing]},
    })


def clean_up(ids):
    """Step 4: the challenge."""
    write_all([{"DeleteRequest": {"Key": {"id": {"S": id}}}} for id in ids])


write_all([message(f"M-{number:03}") for number in range(1, 41)])
write_all([message(f"B-{number:03}") for number in range(1, 61)])
find_missing([f"M-{number:03}" for number in range(1, 45)])
clean_up([f"B-{number:03}" for number in range(1, 61)])
