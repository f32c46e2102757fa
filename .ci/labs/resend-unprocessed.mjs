// Imports messages in batches, and looks whether they have arrived.
import {
  BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient, PutItemCommand
} from '@aws-sdk/client-dynamodb'

// The SDK itself tries a request that is refused as a whole ten times.
const client = new DynamoDBClient({ maxAttempts: 10 })
const ids = (letter, count) => Array.from({ length: count }, (_, n) => `${letter}-${String(n + 1).padStart(3, '0')}`)
const message = id => ({ PutRequest: { Item: { id: { S: id }, text: { S: 'x'.repeat(700) } } } })

const pause = attempt => new Promise(resolve => setTimeout(resolve, 100 * 2 ** attempt))

/** Sends, and returns the response; undefined if the request was refused as a whole for want of capacity. */
const sent = command => client.send(command).catch(error => {
  if (error.name !== 'ProvisionedThroughputExceededException') throw error
})

/** Steps 1 and 2: writes all requests, 25 at a time. */
async function writeAll (requests) {
  for (let start = 0; start < requests.length; start += 25) {
    let batch = requests.slice(start, start + 25)
    for (let attempt = 0; batch.length > 0 && attempt < 12; attempt++) {
      if (attempt > 0) await pause(attempt - 1)
      const response = await sent(new BatchWriteItemCommand({ RequestItems: { Messages: batch } }))
      if (response) batch = response.UnprocessedItems.Messages ?? []
    }
  }
}

/** Step 3: says which messages are not in the table. */
async function findMissing (ids) {
  let Keys = ids.map(id => ({ id: { S: id } }))
  const found = new Set()
  for (let attempt = 0; Keys.length > 0 && attempt < 12; attempt++) {
    if (attempt > 0) await pause(attempt - 1)
    const response = await sent(new BatchGetItemCommand({ RequestItems: { Messages: { Keys } } }))
    if (!response) continue
    response.Responses.Messages.forEach(item => found.add(item.id.S))
    Keys = response.UnprocessedKeys.Messages?.Keys ?? []
  }
  const missing = ids.filter(id => !found.has(id))
  const Item = { report: { S: 'missing' }, ids: { L: missing.map(id => ({ S: id })) } }
  await client.send(new PutItemCommand({ TableName: 'Reports', Item }))
}

/** Step 4: the challenge. */
async function cleanUp (ids) {
  await writeAll(ids.map(id => ({ DeleteRequest: { Key: { id: { S: id } } } })))
}

await writeAll(ids('M', 40).map(message))
await writeAll(ids('B', 60).map(message))
await findMissing(ids('M', 44))
await cleanUp(ids('B', 60))
