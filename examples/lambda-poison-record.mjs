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

await order('A-2')
await letPass(1)

// The bad one, and a good one right behind it: both wait.
await order('A-3', { poison: { BOOL: true } })
await order('A-4')
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
assert.ok(!Messages[0].Body.includes('A-3'), 'the record itself is not in the message')
console.log('given up:', JSON.parse(Messages[0].Body))

// A function that says where it failed: what it has handled before is not handled again.
await functions.send(new UpdateEventSourceMappingCommand({
  UUID: mapping.UUID, FunctionResponseTypes: ['ReportBatchItemFailures']
}))
const orders = [{ id: { S: 'A-5' } }, { id: { S: 'A-6' } }, { id: { S: 'A-7' }, poison: { BOOL: true } }]
for (const Item of orders) await dynamodb.send(new PutItemCommand({ TableName: 'Orders', Item }))
await letPass(10)

// The challenge: another stream, connected so that its bad record is given up after one retry.
await queues.send(new CreateQueueCommand({ QueueName: 'dead' }))
const payments = await dynamodb.send(new DescribeTableCommand({ TableName: 'Payments' }))
await functions.send(new CreateEventSourceMappingCommand({
  FunctionName: 'fail-on-marked',
  EventSourceArn: payments.Table.LatestStreamArn,
  StartingPosition: 'TRIM_HORIZON',
  BisectBatchOnFunctionError: true,
  MaximumRetryAttempts: 1,
  DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:123456789012:dead' } }
}))
await letPass(300)
console.log('done')
