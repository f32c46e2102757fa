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

order("O-1")
let_pass(1)

# The bad one, and a good one right behind it: both wait.
order("O-2", poison={"BOOL": True})
order("O-3")
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
assert "O-2" not in message["Body"], "the record itself is not in the message"
print("given up:", json.dumps(body, indent=2))
