// Reports on the sales of a month.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const put = Item => client.send(new PutCommand({ TableName: 'Reports', Item }))

/** What a Query for a month asks, and more if there is more to say. */
const ofMonth = (month, more = {}) => new QueryCommand({
  TableName: 'Sales',
  KeyConditionExpression: '#month = :month',
  ...more,
  ExpressionAttributeNames: { '#month': 'month', ...more.ExpressionAttributeNames },
  ExpressionAttributeValues: { ':month': month, ...more.ExpressionAttributeValues }
})

/** Step 1: counts all sales of a month and adds up their amounts. */
async function monthReport (month) {
  const items = []
  let ExclusiveStartKey
  do {
    const page = await client.send(ofMonth(month, { ExclusiveStartKey }))
    items.push(...page.Items)
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
  const total = items.reduce((sum, item) => sum + item.amount, 0)
  await put({ report: month, sales: items.length, total })
}

/** Step 2: lists the refunds of a month. */
async function refundReport (month) {
  const filter = { FilterExpression: 'kind = :kind', ExpressionAttributeValues: { ':kind': 'REFUND' } }
  const found = []
  let page = await client.send(ofMonth(month, filter))
  found.push(...page.Items)
  while (page.LastEvaluatedKey) {
    page = await client.send(ofMonth(month, { ...filter, ExclusiveStartKey: page.LastEvaluatedKey }))
    found.push(...page.Items)
  }
  await put({ report: `${month} refunds`, ids: found.map(item => item.saleId) })
}

/** Step 3: lists the newest sales of a month, the newest first. */
async function latestReport (month, count) {
  const { Items: newest } = await client.send(ofMonth(month, { ScanIndexForward: false, Limit: count }))
  await put({ report: `${month} latest`, ids: newest.map(item => item.saleId) })
}

/** Step 4: the challenge. */
async function sensorReport () {
  const values = []
  let ExclusiveStartKey
  do {
    const page = await client.send(new QueryCommand({
      TableName: 'Readings',
      KeyConditionExpression: 'sensor = :sensor',
      ExpressionAttributeValues: { ':sensor': 'S-7' },
      ExclusiveStartKey
    }))
    values.push(...page.Items.map(reading => reading.value))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
  await put({ report: 'S-7', readings: values.length, highest: Math.max(...values) })
}

await monthReport('2026-05')
await refundReport('2026-05')
await latestReport('2026-05', 5)
await sensorReport()
