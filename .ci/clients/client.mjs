// The JavaScript SDK v3 against the endpoint: a table with a GSI, writes, pages, a failing condition, a transaction, a stream.
import assert from "node:assert/strict";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { DynamoDBDocumentClient, PutCommand, TransactWriteCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";

const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);
const { TableDescription: table } = await client.send(new CreateTableCommand({
  TableName: "JavaScript",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "n", AttributeType: "N" },
    { AttributeName: "state", AttributeType: "S" },
  ],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }, { AttributeName: "n", KeyType: "RANGE" }],
  GlobalSecondaryIndexes: [{
    IndexName: "byState",
    KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
    Projection: { ProjectionType: "ALL" },
  }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
}));
await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: "JavaScript" });

for (let n = 0; n < 25; n += 1) {
  await documents.send(new PutCommand({ TableName: "JavaScript", Item: { id: "a", n, state: "open" } }));
}
const counts = [];
const pages = paginateQuery({ client: documents, pageSize: 10 }, {
  TableName: "JavaScript",
  IndexName: "byState",
  KeyConditionExpression: "#s = :s",
  ExpressionAttributeNames: { "#s": "state" },
  ExpressionAttributeValues: { ":s": "open" },
});
for await (const page of pages) counts.push(page.Count);
assert.deepEqual(counts, [10, 10, 5]);

await assert.rejects(
  documents.send(new PutCommand({ TableName: "JavaScript", Item: { id: "a", n: 0 }, ConditionExpression: "attribute_not_exists(id)" })),
  { name: "ConditionalCheckFailedException", message: "The conditional request failed" },
);
await assert.rejects(
  documents.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName: "JavaScript", Item: { id: "b", n: 1 } } },
    { Delete: { TableName: "JavaScript", Key: { id: "a", n: 0 }, ConditionExpression: "attribute_not_exists(id)" } },
  ] })),
  (error) => error.name === "TransactionCanceledException"
    && error.CancellationReasons.map((reason) => reason.Code).join() === "None,ConditionalCheckFailed",
);
await documents.send(new TransactWriteCommand({ TransactItems: [
  { Put: { TableName: "JavaScript", Item: { id: "b", n: 1 } } },
  { Delete: { TableName: "JavaScript", Key: { id: "a", n: 0 } } },
] }));

const streams = new DynamoDBStreamsClient({});
const StreamArn = table.LatestStreamArn;
const { StreamDescription: stream } = await streams.send(new DescribeStreamCommand({ StreamArn }));
const Records = [];
// One shard for each partition; sequence numbers tell the order over all of them.
for (const { ShardId } of stream.Shards) {
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({
    StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON",
  }));
  Records.push(...(await streams.send(new GetRecordsCommand({ ShardIterator }))).Records);
}
Records.sort((one, other) => (one.dynamodb.SequenceNumber < other.dynamodb.SequenceNumber ? -1 : 1));
assert.deepEqual(Records.map((record) => record.eventName), [...Array(26).fill("INSERT"), "REMOVE"]);
console.log("JavaScript SDK v3: ok");
