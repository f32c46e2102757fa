// The lab lambda-poison-record, done in JavaScript with the AWS SDK v3.
//
//     dynadrill lab serve lambda-poison-record    (in one terminal; paste its export lines into the other)
//     npm install @aws-sdk/client-dynamodb @aws-sdk/client-lambda @aws-sdk/client-sqs
//     node examples/lambda-poison-record.mjs
//
// One record that a function cannot handle blocks its shard, until the mapping is told how to get past it. The lab's
// clock runs sixty times as fast as yours, so ten seconds there are a sixth of a second here.
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateEventSourceMappingCommand, LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand
} from '@aws-sdk/client-lambda'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'

const dynamodb = new DynamoDBClient({})
const functions = new LambdaClient({})
// The queue's URL is the service's; the endpoint in the environment is where it is to be found here.
const queues = new SQSClient({ useQueueUrlAsEndpoint: false })
const PACE = 60

/** Waits for so many of the lab's seconds, and a little longer, for the lab looks at its clock four times a second. */
const letPass = seconds => setTimeout(seconds * 1000 / PACE + 600)
const order = (id, more = {}) => dynamodb.send(new PutItemCommand({ TableName: 'Orders', Item: { id: { S: id }, ...more } }))

const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Orders' }))
const mapping = await functions.send(new CreateEventSourceMappingCommand({
  FunctionName: 'fail-on-marked', EventSourceArn: Table.LatestStreamArn, StartingPosition: 'TRIM_HORIZON'
}))
console.log('mapping', mapping.UUID, 'is', mapping.State)

await order('O-1')
await letPass(1)

// The bad one, and a good one right behind it: both wait.
await order('O-2', { poison: { BOOL: true } })
await order('O-3')
await letPass(10)

const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'failures' }))
await functions.send(new UpdateEventSourceMappingCommand({
  UUID: mapping.UUID,
  BisectBatchOnFunctionError: true,
  MaximumRetryAttempts: 2,
  DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:123456789012:failures' } }
}))
const listed = await functions.send(new ListEventSourceMappingsCommand({ FunctionName: 'fail-on-marked' }))
assert.equal(listed.EventSourceMappings[0].MaximumRetryAttempts, 2)
await letPass(300)

const { Messages } = await queues.send(new ReceiveMessageCommand({ QueueUrl }))
assert.equal(Messages.length, 1)
assert.ok(!Messages[0].Body.includes('O-2'), 'the record itself is not in the message')
console.log('given up:', JSON.parse(Messages[0].Body))
