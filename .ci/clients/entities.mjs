// Libraries on the JavaScript SDK against the endpoint, ElectroDB and DynamoDB-Toolbox: one table for several entities with
// a GSI and a TTL; conditions, pages, batches and transactions.
import assert from "node:assert/strict";
import {
  CreateTableCommand, DescribeTimeToLiveCommand, DynamoDBClient, UpdateTimeToLiveCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  BatchPutRequest, BatchWriteCommand, ConditionCheck, DeleteItemCommand, Entity as Record, GetItemCommand, PutItemCommand,
  PutTransaction, QueryCommand, Table, UpdateItemCommand, $add, executeBatchWrite, executeTransactWrite, item, number, string,
} from "dynamodb-toolbox";
import { Entity, Service } from "electrodb";

const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);

const newTable = async (TableName) => {
  await client.send(new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    GlobalSecondaryIndexes: [{
      IndexName: "gsi1",
      KeySchema: [{ AttributeName: "gsi1pk", KeyType: "HASH" }, { AttributeName: "gsi1sk", KeyType: "RANGE" }],
      Projection: { ProjectionType: "ALL" },
    }],
  }));
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName });
  await client.send(new UpdateTimeToLiveCommand({
    TableName, TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
  }));
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.equal(TimeToLiveDescription.AttributeName, "expires");
};

const electrodb = async () => {
  const table = "Electrodb";
  await newTable(table);
  const key = (field, ...composite) => ({ field, composite });
  const order = new Entity({
    model: { entity: "order", service: "shop", version: "1" },
    attributes: {
      customer: { type: "string", required: true },
      order: { type: "string", required: true },
      state: { type: ["open", "paid"], required: true, default: () => "open" },
      total: { type: "number", default: () => 0 },
      tags: { type: "set", items: "string" },
      expires: { type: "number" },
    },
    indexes: {
      orders: { pk: key("pk", "customer"), sk: key("sk", "order"), collection: "account" },
      byState: { index: "gsi1", pk: key("gsi1pk", "state"), sk: key("gsi1sk", "order") },
    },
  }, { client: documents, table });
  const customer = new Entity({
    model: { entity: "customer", service: "shop", version: "1" },
    attributes: { customer: { type: "string", required: true }, name: { type: "string" } },
    indexes: { account: { pk: key("pk", "customer"), sk: key("sk"), collection: "account" } },
  }, { client: documents, table });
  const shop = new Service({ order, customer });
  const number = (n) => String(n).padStart(3, "0");

  await customer.create({ customer: "ada", name: "Ada" }).go();
  const { unprocessed } = await order.put(
    Array.from({ length: 40 }, (_, n) => ({ customer: "ada", order: number(n), total: n, tags: ["new"] })),
  ).go();
  assert.deepEqual(unprocessed, []);
  const seen = [];
  let cursor = null;
  do {
    const page = await order.query.orders({ customer: "ada" }).gte({ order: "005" }).go({ cursor, count: 15 });
    seen.push(page.data.length);
    cursor = page.cursor;
  } while (cursor !== null);
  assert.equal(seen.reduce((sum, count) => sum + count), 35);
  assert.ok(seen.length >= 3, seen);
  const { data: dear } = await order.query.byState({ state: "open" })
    .where(({ total }, { gt }) => gt(total, 36)).go({ pages: "all" });
  assert.deepEqual(dear.map(({ total }) => total), [37, 38, 39]);
  const { data: account } = await shop.collections.account({ customer: "ada" }).go({ pages: "all" });
  assert.deepEqual([account.customer.length, account.order.length], [1, 40]);

  await assert.rejects(
    order.create({ customer: "ada", order: "001" }).go(),
    (error) => error.cause?.name === "ConditionalCheckFailedException",
  );
  const { data: changed } = await order.patch({ customer: "ada", order: "001" })
    .set({ state: "paid" }).add({ total: 5, tags: ["rush"] }).go({ response: "all_new" });
  assert.deepEqual([changed.state, changed.total, [...changed.tags].sort()], ["paid", 6, ["new", "rush"]]);
  const write = () => shop.transaction.write(({ order: orders, customer: customers }) => [
    orders.create({ customer: "ada", order: "100" }).commit(),
    customers.check({ customer: "ada" }).where(({ name }, { eq }) => eq(name, "Ada")).commit({ response: "all_old" }),
    orders.delete({ customer: "ada", order: "002" }).commit(),
  ]).go();
  assert.equal((await write()).canceled, false);
  const again = await write();
  assert.equal(again.canceled, true);
  assert.deepEqual(again.data.map(({ code }) => code), ["ConditionalCheckFailed", "None", "None"]);
  const { data: got } = await order.get([{ customer: "ada", order: "002" }, { customer: "ada", order: "100" }]).go();
  assert.deepEqual(got.map(({ order: name }) => name), ["100"]);
  console.log("ElectroDB: ok");
};

const toolbox = async () => {
  const name = "Toolbox";
  await newTable(name);
  const table = new Table({
    name,
    documentClient: documents,
    partitionKey: { name: "pk", type: "string" },
    sortKey: { name: "sk", type: "string" },
    indexes: {
      gsi1: {
        type: "global", partitionKey: { name: "gsi1pk", type: "string" }, sortKey: { name: "gsi1sk", type: "string" },
      },
    },
  });
  const order = new Record({
    name: "Order",
    table,
    schema: item({
      customer: string().key().savedAs("pk"),
      order: string().key().savedAs("sk"),
      state: string().savedAs("gsi1pk").default("open"),
      at: string().savedAs("gsi1sk").default("2026"),
      total: number().default(0),
    }),
  });

  const puts = Array.from({ length: 20 }, (_, n) => (
    order.build(BatchPutRequest).item({ customer: "ada", order: String(n).padStart(3, "0"), total: n })
  ));
  await executeBatchWrite(table.build(BatchWriteCommand).requests(...puts));
  await assert.rejects(
    order.build(PutItemCommand).item({ customer: "ada", order: "000" })
      .options({ condition: { attr: "customer", exists: false } }).send(),
    { name: "ConditionalCheckFailedException" },
  );
  const { Attributes } = await order.build(UpdateItemCommand)
    .item({ customer: "ada", order: "001", total: $add(5), state: "paid" }).options({ returnValues: "ALL_NEW" }).send();
  assert.deepEqual([Attributes.total, Attributes.state], [6, "paid"]);
  const page = await table.build(QueryCommand).entities(order).query({ partition: "ada", range: { gte: "005" } })
    .options({ limit: 10 }).send();
  assert.deepEqual([page.Items.length, page.LastEvaluatedKey], [10, { pk: "ada", sk: "014" }]);
  const open = await table.build(QueryCommand).entities(order).query({ index: "gsi1", partition: "open" })
    .options({ maxPages: Infinity, filters: { Order: { attr: "total", gte: 18 } } }).send();
  assert.deepEqual(open.Items.map(({ total }) => total).sort(), [18, 19]);
  const write = () => executeTransactWrite(
    order.build(PutTransaction).item({ customer: "ada", order: "100" })
      .options({ condition: { attr: "customer", exists: false } }),
    order.build(ConditionCheck).key({ customer: "ada", order: "001" }).condition({ attr: "total", eq: 6 }),
  );
  await write();
  await assert.rejects(write(), (error) => error.name === "TransactionCanceledException"
    && error.CancellationReasons.map(({ Code }) => Code).join() === "ConditionalCheckFailed,None");
  await order.build(DeleteItemCommand).key({ customer: "ada", order: "100" }).send();
  const { Item } = await order.build(GetItemCommand).key({ customer: "ada", order: "100" }).send();
  assert.equal(Item, undefined);
  console.log("DynamoDB-Toolbox: ok");
};

await electrodb();
await toolbox();
