// my-charges: charges the account of each new order.
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'

const client = new DynamoDBClient({})

/** Adds the amount of an order to what its account is charged. The account must be there. */
const charge = order => client.send(new UpdateItemCommand({
  TableName: 'Accounts',
  Key: { id: order.account },
  UpdateExpression: 'ADD charged :amount',
  ConditionExpression: 'attribute_exists(id)',
  ExpressionAttributeValues: { ':amount': order.amount }
}))

/** Puts an order aside that can never be charged. */
const reject = order => client.send(new PutItemCommand({ TableName: 'Rejected', Item: { id: order.id } }))

export const handler = async event => {
  for (const record of event.Records) {
    if (record.eventName !== 'INSERT') continue
    const order = record.dynamodb.NewImage
    if (order.amount.N === undefined) {
      await reject(order)
      continue
    }
    try {
      await charge(order)
    } catch (error) {
      if (error.name !== 'ConditionalCheckFailedException') throw error
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] }
    }
  }
  return { batchItemFailures: [] }
}
