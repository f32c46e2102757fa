// A shop whose visitors look at prices.
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const names = { Products: 'sku', Stores: 'store' }
const cache = new Map()

/** Returns an item, or undefined if there is none. Step 4 is about the latter. */
async function lookUp (TableName, key) {
  const known = cache.get(`${TableName} ${key}`)
  if (known && Date.now() - known.readAt <= 1000) return known.Item
  const { Item } = await client.send(new GetCommand({ TableName, Key: { [names[TableName]]: key } }))
  cache.set(`${TableName} ${key}`, { Item, readAt: Date.now() })
  return Item
}

async function setPrice (sku, price) {
  await client.send(new UpdateCommand({
    TableName: 'Products',
    Key: { sku },
    UpdateExpression: 'SET price = :p',
    ExpressionAttributeValues: { ':p': price }
  }))
  cache.delete(`Products ${sku}`)
}

// ---- The visitors: leave this as it is. ----
const view = async sku => (await lookUp('Products', sku)).price
const note = (run, what) => client.send(new PutCommand({ TableName: 'Shown', Item: { run, ...what } }))

let total = 0
for (let n = 0; n < 20; n++) for (const sku of ['P-1', 'P-2', 'P-3']) total += await view(sku)
await note('many', { total })

let shown = [await view('P-1')]
await setPrice('P-1', 15)
await note('change', { prices: [...shown, await view('P-1')] })

shown = [await view('P-4'), await view('P-4')]
await new Promise(resolve => setTimeout(resolve, 1500))
await note('others', { prices: [...shown, await view('P-4')] })

try {
  const found = []
  for (let n = 0; n < 20; n++) for (const store of ['S-1', 'S-404']) found.push(await lookUp('Stores', store))
  const missing = found.filter(store => store === undefined).length
  await note('stores', { found: found.length - missing, missing })
} catch (error) {
  // The table Stores comes with step 4.
  if (!(error instanceof ResourceNotFoundException)) throw error
}
