#!/usr/bin/env bash
# The AWS CLI against the endpoint: a table with a GSI, writes, pages, a failing condition, a transaction, a stream.
set -euo pipefail

expect() { # what, wanted, found
  [ "$2" = "$3" ] || { echo "AWS CLI, $1: want $2, got $3" >&2; exit 1; }
}

aws dynamodb create-table --table-name Cli --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=id,AttributeType=S AttributeName=n,AttributeType=N AttributeName=state,AttributeType=S \
  --key-schema AttributeName=id,KeyType=HASH AttributeName=n,KeyType=RANGE \
  --global-secondary-indexes 'IndexName=byState,KeySchema=[{AttributeName=state,KeyType=HASH}],Projection={ProjectionType=ALL}' \
  --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE >/dev/null
aws dynamodb wait table-exists --table-name Cli
for n in 1 2 3; do
  aws dynamodb put-item --table-name Cli --item "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"$n\"},\"state\":{\"S\":\"open\"}}"
done
found=$(aws dynamodb query --table-name Cli --page-size 1 --key-condition-expression 'id = :a' \
  --expression-attribute-values '{":a":{"S":"a"}}' --query Count)
expect "pages joined" 3 "$found"
found=$(aws dynamodb query --table-name Cli --index-name byState --key-condition-expression '#s = :s' \
  --expression-attribute-names '{"#s":"state"}' --expression-attribute-values '{":s":{"S":"open"}}' --query Count)
expect "the index" 3 "$found"
refused=$(aws dynamodb put-item --table-name Cli --item '{"id":{"S":"a"},"n":{"N":"1"}}' \
  --condition-expression 'attribute_not_exists(id)' 2>&1) && exit 1
[[ "$refused" == *"(ConditionalCheckFailedException)"* ]] || { echo "$refused" >&2; exit 1; }
aws dynamodb transact-write-items --transact-items \
  '[{"Put":{"TableName":"Cli","Item":{"id":{"S":"b"},"n":{"N":"1"}}}},{"Delete":{"TableName":"Cli","Key":{"id":{"S":"a"},"n":{"N":"1"}}}}]'
found=$(aws dynamodb scan --table-name Cli --query Count)
expect "after the transaction" 3 "$found"
arn=$(aws dynamodb describe-table --table-name Cli --query Table.LatestStreamArn --output text)
shards=$(aws dynamodbstreams describe-stream --stream-arn "$arn" --query 'StreamDescription.Shards[].ShardId' --output text)
# One shard for each partition; sequence numbers tell the order over all of them.
events=$(for shard in $shards; do
  iterator=$(aws dynamodbstreams get-shard-iterator --stream-arn "$arn" --shard-id "$shard" \
    --shard-iterator-type TRIM_HORIZON --query ShardIterator --output text)
  aws dynamodbstreams get-records --shard-iterator "$iterator" \
    --query 'Records[].[dynamodb.SequenceNumber, eventName]' --output text
done | grep . | sort | cut -f2)
expect "the stream" "INSERT INSERT INSERT INSERT REMOVE" "$(echo $events)"
echo "AWS CLI: ok"
