// A till: sells one piece of a product.
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Products'

async function read (sku) {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { sku }, ConsistentRead: true }))
  return Item
}

/** Saves an item, its version raised by one. */
async function save (item) {
  await client.send(new PutCommand({
    TableName,
    Item: { ...item, version: item.version + 1 },
    ConditionExpression: 'version = :read',
    ExpressionAttributeValues: { ':read': item.version }
  }))
}

/** Sells one piece. Returns whether it was sold. */
async function sell (sku) {
  for (let attempt = 0; attempt < 5; attempt++) {
    const item = await read(sku)
    if (item.stock < 1) return false
    item.stock -= 1
    try {
      await save(item)
      return true
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      console.log(sku, 'was saved by somebody else meanwhile')
    }
  }
  return false
}

/** Orders more of a product. */
async function order (sku) {
  await client.send(new PutCommand({ TableName, Item: { sku: `ORDER-${sku}` } }))
}

/** Step 4: the challenge. */
async function visit (page) {
  await client.send(new UpdateCommand({
    TableName: 'Pages',
    Key: { page },
    UpdateExpression: 'ADD visits :one',
    ExpressionAttributeValues: { ':one': 1 }
  }))
}

for (const sku of ['P-07', 'P-08']) console.log(`${sku}:`, await sell(sku))
if (!await sell('P-09')) await order('P-09')
for (let n = 0; n < 5; n++) await visit('home')
