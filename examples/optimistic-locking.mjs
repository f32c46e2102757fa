// The lab optimistic-locking, done in JavaScript with the AWS SDK v3.
//
//     dynadrill lab serve optimistic-locking      (in one terminal; paste its export lines into the other)
//     npm install @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb
//     node examples/optimistic-locking.mjs
//
// Two writers hold the same product. The version number in the condition tells the second one that it came too late.
import assert from 'node:assert/strict'
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

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

// B is told, and nothing is overwritten. To send the same again would fail for ever: B must read first.
await assert.rejects(sellOne(readByB), ConditionalCheckFailedException)
const { Item: readAgain } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
console.log('B saved:', await sellOne(readAgain))

// The same message twice: the product is created once.
const create = () => client.send(new PutCommand({
  TableName,
  Item: { sku: 'P-99', title: 'Clock' },
  ConditionExpression: 'attribute_not_exists(sku)'
}))
await create()
await assert.rejects(create(), ConditionalCheckFailedException)

// Counting needs no condition: ADD begins at zero.
let counted
for (let visit = 0; visit < 3; visit++) {
  counted = await client.send(new UpdateCommand({
    TableName,
    Key,
    UpdateExpression: 'ADD pageViews :one',
    ExpressionAttributeValues: { ':one': 1 },
    ReturnValues: 'UPDATED_NEW'
  }))
}
assert.equal(counted.Attributes.pageViews, 3)
console.log('done')
