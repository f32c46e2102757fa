// The lab optimistic-locking, done in JavaScript with the AWS SDK v3.
//
//     dynadrill lab serve optimistic-locking      (in one terminal; paste its export lines into the other)
//     npm install @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb
//     node examples/optimistic-locking.mjs
//
// Two writers hold the same product. The version number in the condition tells the second one that it came too late.
import assert from 'node:assert/strict'
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Products'
const Key = { sku: 'P-07' }

/** Saves one sale, on the condition that nobody saved since `read` was read. */
const sellOne = async read => (await client.send(new UpdateCommand({
  TableName,
  Key,
  UpdateExpression: 'SET stock = :left, version = version + :one',
  ConditionExpression: 'version = :read',
  ExpressionAttributeValues: { ':left': read.stock - 1, ':one': 1, ':read': read.version },
  ReturnValues: 'ALL_NEW'
}))).Attributes

// Both writers read the same version.
const { Item: readByA } = await client.send(new GetCommand({ TableName, Key }))
const readByB = { ...readByA }

console.log('A saved:', await sellOne(readByA))

// B gets an error, and nothing is overwritten. The same request would fail again: B must read first.
await assert.rejects(sellOne(readByB), ConditionalCheckFailedException)
const { Item: readAgain } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
console.log('B saved:', await sellOne(readAgain))

// The last seat: a condition on what matters needs no version, and no read before it.
const book = name => client.send(new UpdateCommand({
  TableName: 'Courses',
  Key: { courseId: 'C-1' },
  UpdateExpression: 'SET seats = seats - :one ADD booked :who',
  ConditionExpression: 'seats > :none',
  ExpressionAttributeValues: { ':one': 1, ':none': 0, ':who': new Set([name]) }
}))
await book('dita')
await assert.rejects(book('emeka'), ConditionalCheckFailedException)
// Who was refused waits. ADD makes the set if it is not there.
await client.send(new UpdateCommand({
  TableName: 'Courses',
  Key: { courseId: 'C-1' },
  UpdateExpression: 'ADD waiting :who',
  ExpressionAttributeValues: { ':who': new Set(['emeka']) }
}))
console.log('done')
