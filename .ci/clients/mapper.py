"""pynamodb against the endpoint: models with a GSI and TTL, conditions, pages, batches, a transaction, a version attribute."""

from datetime import timedelta

from pynamodb.attributes import ListAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite


class ByState(GlobalSecondaryIndex):
    class Meta:
        index_name = "byState"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    n = NumberAttribute(range_key=True)


class Order(Model):
    class Meta:
        table_name = "Pynamodb"
        billing_mode = "PAY_PER_REQUEST"

    id = UnicodeAttribute(hash_key=True)
    n = NumberAttribute(range_key=True)
    state = UnicodeAttribute()
    total = NumberAttribute(default=0)
    notes = ListAttribute(default=list)
    expires = TTLAttribute(null=True)
    version = VersionAttribute()
    by_state = ByState()


Order.create_table(wait=True)
connection = Connection()
described = connection.describe_table(Order.Meta.table_name)
assert described["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE", described

with Order.batch_write() as batch:
    for n in range(60):
        batch.save(Order("a", n, state="open" if n % 2 else "done", expires=timedelta(hours=1)))
assert Order.count("a") == 60
pages = Order.query("a", Order.n.between(10, 49), limit=35, page_size=10)
assert [order.n for order in pages] == list(range(10, 45)), pages.last_evaluated_key
assert pages.last_evaluated_key["n"] == {"N": "44"}, pages.last_evaluated_key
rest = Order.query("a", Order.n.between(10, 49), last_evaluated_key=pages.last_evaluated_key)
assert [order.n for order in rest] == list(range(45, 50))
assert [order.n for order in Order.by_state.query("open", scan_index_forward=False, limit=3)] == [59, 57, 55]
assert sum(1 for _ in Order.scan(Order.state.startswith("do") & Order.expires.exists())) == 30
assert {order.n for order in Order.batch_get([("a", 1), ("a", 2), ("b", 1)])} == {1, 2}

order = Order.get("a", 1)
order.update(actions=[
    Order.total.add(5), Order.notes.set((Order.notes | []).append(["first"])), Order.state.set("paid"),
], condition=Order.state == "open")
assert (order.total, order.notes, order.version) == (5, ["first"], 1), order.attribute_values
stale = Order("a", 1, state="lost")
try:
    stale.save()
    raise SystemExit("an item without its version was saved")
except PutError as error:
    assert error.cause_response_code == "ConditionalCheckFailedException", error
try:
    order.update(actions=[Order.total.set(Order.total - 1)], condition=Order.total > 9)
    raise SystemExit("the condition held")
except UpdateError as error:
    assert error.cause_response_code == "ConditionalCheckFailedException", error

with TransactWrite(connection=connection, client_request_token="pynamodb-1") as transaction:
    transaction.save(Order("b", 1, state="open"))
    transaction.delete(Order.get("a", 0))
    transaction.update(Order.get("a", 3), actions=[Order.state.set("paid")])
    transaction.condition_check(Order, "a", 5, condition=Order.state == "open")
try:
    with TransactWrite(connection=connection) as transaction:
        transaction.save(Order("c", 1, state="open"))
        transaction.condition_check(Order, "a", 0, condition=Order.id.exists())
    raise SystemExit("the transaction went through")
except TransactWriteError as error:
    assert [reason and reason.code for reason in error.cancellation_reasons] == ["ConditionalCheckFailed", None], error
with TransactGet(connection=connection) as transaction:
    paid = transaction.get(Order, "a", 3)
    fresh = transaction.get(Order, "b", 1)
assert (paid.get().state, fresh.get().state) == ("paid", "open")
try:
    Order.get("a", 0)
    raise SystemExit("a deleted item was read")
except DoesNotExist:
    pass
Order.delete_table()
print("pynamodb: ok")
