"""boto3 against the endpoint: a table with a GSI, writes, pages, a failing condition, a transaction, a stream."""

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb")
client = dynamodb.meta.client
table = dynamodb.create_table(
    TableName="Python",
    BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in (("id", "S"), ("n", "N"), ("state", "S"))],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    GlobalSecondaryIndexes=[{
        "IndexName": "byState",
        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
)
table.wait_until_exists()

with table.batch_writer() as batch:
    for n in range(60):
        batch.put_item(Item={"id": "a", "n": n, "state": "open" if n % 2 else "done"})

pages = list(client.get_paginator("query").paginate(
    TableName="Python", KeyConditionExpression=Key("id").eq("a"), PaginationConfig={"PageSize": 25}))
assert [page["Count"] for page in pages] == [25, 25, 10], pages
found = table.query(IndexName="byState", KeyConditionExpression=Key("state").eq("open"), ReturnConsumedCapacity="INDEXES")
assert found["Count"] == 30 and found["ConsumedCapacity"]["GlobalSecondaryIndexes"]["byState"]["CapacityUnits"] == 0.5, found

try:
    table.put_item(Item={"id": "a", "n": 0}, ConditionExpression="attribute_not_exists(id)",
                   ReturnValuesOnConditionCheckFailure="ALL_OLD")
    raise SystemExit("the condition held")
except client.exceptions.ConditionalCheckFailedException as error:
    assert error.response["Item"]["state"] == {"S": "done"}, error.response

client.transact_write_items(TransactItems=[
    {"Put": {"TableName": "Python", "Item": {"id": "b", "n": 1}}},
    {"Update": {"TableName": "Python", "Key": {"id": "a", "n": 0}, "UpdateExpression": "SET #s = :s",
                "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": "open"}}},
])
try:
    client.transact_write_items(TransactItems=[
        {"Delete": {"TableName": "Python", "Key": {"id": "b", "n": 1}}},
        {"ConditionCheck": {"TableName": "Python", "Key": {"id": "none", "n": 1}, "ConditionExpression": "attribute_exists(id)"}},
    ])
    raise SystemExit("the transaction went through")
except ClientError as error:
    codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"], error.response

streams = boto3.client("dynamodbstreams")
described = streams.describe_stream(StreamArn=table.latest_stream_arn)["StreamDescription"]
records = []
# One shard for each partition: order holds within a shard, sequence numbers tell it over all of them.
for shard in described["Shards"]:
    iterator = streams.get_shard_iterator(StreamArn=table.latest_stream_arn, ShardId=shard["ShardId"],
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records += streams.get_records(ShardIterator=iterator)["Records"]
records.sort(key=lambda record: record["dynamodb"]["SequenceNumber"])
events = [record["eventName"] for record in records]
assert events == ["INSERT"] * 61 + ["MODIFY"], events

client.create_table(
    TableName="Slow", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
client.get_waiter("table_exists").wait(TableName="Slow")
impatient = boto3.client("dynamodb", config=__import__("botocore.config").config.Config(retries={"total_max_attempts": 1}))
try:
    for _ in range(40):
        impatient.put_item(TableName="Slow", Item={"id": {"S": "a"}, "text": {"S": "x" * 300_000}})
    raise SystemExit("nothing was throttled")
except impatient.exceptions.ProvisionedThroughputExceededException as error:
    assert error.response["ThrottlingReasons"][0]["reason"] == "TableWriteProvisionedThroughputExceeded", error.response
print("boto3: ok")
