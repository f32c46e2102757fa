"""The lab lambda-poison-record, done in Python with boto3.

    dynadrill lab serve lambda-poison-record    (in one terminal; paste its export lines into the other)
    python examples/lambda_poison_record.py

One record that a function cannot handle blocks its shard, until the mapping is told how to get past it. The lab's clock
runs sixty times as fast as yours, so ten seconds there are a sixth of a second here.
"""

import json
import time

import boto3

dynamodb = boto3.client("dynamodb")
functions = boto3.client("lambda")
queues = boto3.client("sqs")
PACE = 60


def let_pass(seconds):
    """Waits for so many of the lab's seconds, and a little longer, for the lab looks at its clock four times a second."""
    time.sleep(seconds / PACE + 0.6)


def order(id, **more):
    dynamodb.put_item(TableName="Orders", Item={"id": {"S": id}, **more})


stream = dynamodb.describe_table(TableName="Orders")["Table"]["LatestStreamArn"]
mapping = functions.create_event_source_mapping(
    FunctionName="fail-on-marked", EventSourceArn=stream, StartingPosition="TRIM_HORIZON")
print("mapping", mapping["UUID"], "is", mapping["State"])

order("A-2")
let_pass(1)

# The bad one, and a good one right behind it: both wait.
order("A-3", poison={"BOOL": True})
order("A-4")
let_pass(10)

queue = queues.create_queue(QueueName="failures")["QueueUrl"]
functions.update_event_source_mapping(
    UUID=mapping["UUID"],
    BisectBatchOnFunctionError=True,
    MaximumRetryAttempts=2,
    DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failures"}},
)
[changed] = functions.list_event_source_mappings(FunctionName="fail-on-marked")["EventSourceMappings"]
assert changed["MaximumRetryAttempts"] == 2, changed
let_pass(300)

[message] = queues.receive_message(QueueUrl=queue)["Messages"]
body = json.loads(message["Body"])
assert "A-3" not in message["Body"], "the record itself is not in the message"
print("given up:", json.dumps(body, indent=2))

# A function that says where it failed: what it has handled before is not handled again.
functions.update_event_source_mapping(UUID=mapping["UUID"], FunctionResponseTypes=["ReportBatchItemFailures"])
orders = [{"id": {"S": "A-5"}}, {"id": {"S": "A-6"}}, {"id": {"S": "A-7"}, "poison": {"BOOL": True}}]
for order in orders:
    dynamodb.put_item(TableName="Orders", Item=order)
let_pass(10)

# The challenge: another stream, connected so that its bad record is given up after one retry.
queues.create_queue(QueueName="dead")
payments = dynamodb.describe_table(TableName="Payments")["Table"]["LatestStreamArn"]
functions.create_event_source_mapping(
    FunctionName="fail-on-marked",
    EventSourceArn=payments,
    StartingPosition="TRIM_HORIZON",
    BisectBatchOnFunctionError=True,
    MaximumRetryAttempts=1,
    DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:dead"}},
)
let_pass(300)
print("done")
