//! ImportTable: a new table out of objects in Amazon S3. An existing table cannot be imported into.
//!
//! `{"S3BucketSource": {"S3Bucket": "archive", "S3KeyPrefix": "data/"}, "InputFormat": "CSV", "TableCreationParameters":
//! {"TableName": "Orders", …}}` answers `{"ImportTableDescription": {"ImportStatus": "IN_PROGRESS", …}}`. It takes no
//! throughput. A line that is no item of the table is counted and left out; an import with one is FAILED, and its table has
//! the others. Of two lines with the same key, the last one stays.
//!
//! Left out: Amazon Ion and ZSTD; the log of what was left out. The objects are read when it begins, up to
//! [`ImportLimits`]. Source: API reference, ImportTable; AWS documentation, "Amazon S3 import formats for DynamoDB".

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::create_table::{self, CreateTable, CreateTableRequest};
use super::declare::{self, AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, ProvisionedThroughput};
use super::describe_table::control_plan;
use super::encryption::{self, SseSpecification};
use super::put_item::check_size;
use super::throughput::{self, OnDemandThroughput, WarmThroughput};
use super::transfer::{self, BUCKET, OWNER, PREFIX, TOKEN};
use super::{Operation, members, write};
use crate::engine::archive::{Transfer, TransferKind};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::lookup::table_name;
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{protocol, transfers as text};
use crate::engine::objects::{ImportLimits, Objects};
use crate::engine::plan::Plan;
use crate::engine::shape::{self, ListShape, Shape, TextLimits, TextPattern, structure};
use crate::engine::table::{Stored, Table, Tree};
use crate::engine::value::json::{WireItem, decode};
use crate::engine::value::{AttributeValue, Item, Type};
use crate::engine::{Engine, Trace};

structure! {
    /// Where the objects are.
    pub(super) struct S3BucketSource as "S3BucketSource" {
        /// The account that the bucket belongs to.
        "S3BucketOwner" owner: Option<String> => optional OWNER;
        /// The bucket.
        "S3Bucket" bucket: String => required BUCKET;
        /// What the objects' keys begin with; all objects if it is left out.
        "S3KeyPrefix" prefix: Option<String> => optional PREFIX;
    }
}

/// The delimiter of a CSV.
const DELIMITER: Shape = Shape::String(TextLimits {
    min: 1,
    max: 1,
    pattern: Some(TextPattern { text: "[,;:|\\t ]", fits: |text| text.len() == 1 && ",;:|\t ".contains(text) }),
    ..TextLimits::ANY
});

structure! {
    /// How a CSV is read.
    pub(super) struct CsvOptions as "CsvOptions" {
        /// What stands between two values: a comma, unless another of `,;:|`, tab and blank is given.
        "Delimiter" delimiter: Option<String> => optional DELIMITER;
        /// The attributes' names; the first line of each object, if they are left out.
        "HeaderList" header: Option<Vec<String>> => optional Shape::List(&ListShape::sized(Shape::text(1, 65_536), 1, 255));
    }
}

structure! {
    /// How the objects are read.
    pub(super) struct InputFormatOptions as "InputFormatOptions" {
        /// Of a CSV.
        "Csv" csv: Option<CsvOptions> => optional Shape::Structure(CsvOptions::STRUCTURE);
    }
}

structure! {
    /// The table to create.
    pub(super) struct TableCreationParameters as "TableCreationParameters" {
        /// Its name.
        "TableName" table_name: String => required members::NAME;
        /// The types of its key attributes.
        "AttributeDefinitions" attribute_definitions: Vec<AttributeDefinition> => required declare::DEFINITIONS;
        /// Its keys.
        "KeySchema" key_schema: Vec<KeySchemaElement> => required declare::TABLE_KEY_SCHEMA;
        /// PROVISIONED (the default) or PAY_PER_REQUEST.
        "BillingMode" billing_mode: Option<String> => optional declare::BILLING_MODE;
        /// Units a second, in PROVISIONED mode.
        "ProvisionedThroughput" provisioned_throughput: Option<ProvisionedThroughput> => optional declare::THROUGHPUT;
        /// The most it is to serve, in PAY_PER_REQUEST mode.
        "OnDemandThroughput" on_demand_throughput: Option<OnDemandThroughput> => optional throughput::ON_DEMAND;
        /// With which key it is encrypted.
        "SSESpecification" sse_specification: Option<SseSpecification> => optional encryption::SPECIFICATION;
        /// Its global indexes.
        "GlobalSecondaryIndexes" global_secondary_indexes: Option<Vec<GlobalSecondaryIndex>> => optional Shape::List(&ListShape::of(Shape::Structure(GlobalSecondaryIndex::STRUCTURE)));
        /// What it is to be ready for at once.
        "WarmThroughput" warm_throughput: Option<WarmThroughput> => optional throughput::WARM;
        /// Vector indexes: not modelled, and refused.
        "VectorIndexes" vector_indexes: Option<Vec<Value>> => optional declare::VECTOR_INDEXES;
    }
}

structure! {
    /// What to import, and into which new table.
    pub(super) struct ImportTableRequest as "ImportTableInput" {
        /// A token that makes a repeated request the same one.
        "ClientToken" token: Option<String> => optional TOKEN;
        /// Where the objects are.
        "S3BucketSource" source: S3BucketSource => required Shape::Structure(S3BucketSource::STRUCTURE);
        /// DYNAMODB_JSON or CSV; ION is not modelled.
        "InputFormat" format: String => required Shape::one_of(&["ION", "CSV", "DYNAMODB_JSON"]);
        /// How a CSV is read.
        "InputFormatOptions" options: Option<InputFormatOptions> => optional Shape::Structure(InputFormatOptions::STRUCTURE);
        /// NONE (the default) or GZIP; ZSTD is not modelled.
        "InputCompressionType" compression: Option<String> => optional Shape::one_of(&["ZSTD", "NONE", "GZIP"]);
        /// The table to create, as it is answered again.
        "TableCreationParameters" parameters: Value => required Shape::Structure(TableCreationParameters::STRUCTURE);
    }
}

structure! {
    /// A line of an object in DynamoDB's JSON.
    struct ImportedItem as "ImportedItem" {
        /// The item.
        "Item" item: WireItem => required members::ITEM;
    }
}

/// The verb.
pub(super) struct ImportTable;

/// An import that is ready, or one that was begun before.
#[derive(Clone)]
pub(super) enum PreparedImport {
    Begun(Value),
    New(Box<NewImport>),
}

#[derive(Clone)]
pub(super) struct NewImport {
    table: create_table::PreparedCreateTable,
    name: String,
    token: Option<String>,
    bucket: String,
    prefix: String,
    gzip: bool,
    format: LineFormat,
    request: Value,
    begun: Map<String, Value>,
}

/// How a line is read.
#[derive(Clone)]
enum LineFormat {
    Json,
    /// With the delimiter, and the header if the objects have none.
    Csv(char, Option<Vec<String>>),
}

impl Operation for ImportTable {
    const NAME: &'static str = "ImportTable";
    const DOC: &'static str = "Creates a table from objects in Amazon S3.";
    const CHANGES_TABLES: bool = true;
    type Request = ImportTableRequest;
    type Prepared = PreparedImport;

    fn prepare(request: ImportTableRequest, engine: &Engine) -> Result<PreparedImport, ApiError> {
        let refused = |message: &str| Err(ApiError::validation(message));
        if request.format == "ION" {
            return refused(&protocol::not_modelled("InputFormat ION"));
        }
        if request.compression.as_deref() == Some("ZSTD") {
            return refused(&protocol::not_modelled("InputCompressionType ZSTD"));
        }
        if request.options.is_some() && request.format != "CSV" {
            return refused(&text::options(&request.format));
        }
        let parameters: TableCreationParameters = serde_json::from_value(request.parameters.clone())
            .map_err(|error| ApiError::new(ErrorKind::SerializationException, error.to_string()))?;
        let name = parameters.table_name.clone();
        // Only another table makes another request: whatever else has changed is passed over.
        let is_same = |begun: &Transfer| table_name(&begun.table) == name;
        if let Some(same) = transfer::begun_under(engine, TransferKind::Import, request.token.as_deref(), is_same)? {
            return Ok(PreparedImport::Begun(same.describe(engine.now())));
        }
        let table = CreateTable::prepare(declared(parameters), engine)?;
        transfer::check_number(engine, TransferKind::Import)?;
        let begun = described(&request, engine);
        let csv = request.options.and_then(|options| options.csv);
        let format = match (request.format.as_str(), csv) {
            ("CSV", Some(CsvOptions { delimiter, header })) => {
                LineFormat::Csv(delimiter.and_then(|text| text.chars().next()).unwrap_or(','), header)
            }
            ("CSV", None) => LineFormat::Csv(',', None),
            _ => LineFormat::Json,
        };
        Ok(PreparedImport::New(Box::new(NewImport {
            table,
            name,
            token: request.token,
            bucket: request.source.bucket,
            prefix: request.source.prefix.unwrap_or_default(),
            gzip: request.compression.as_deref() == Some("GZIP"),
            format,
            request: request.parameters,
            begun,
        })))
    }

    fn plans(prepared: &PreparedImport) -> Vec<Plan> {
        match prepared {
            PreparedImport::Begun(_) => Vec::new(),
            PreparedImport::New(new) => vec![control_plan(Self::NAME, &new.name)],
        }
    }

    fn execute(prepared: PreparedImport, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let new = match prepared {
            PreparedImport::Begun(described) => return Ok(json!({"ImportTableDescription": described})),
            PreparedImport::New(new) => *new,
        };
        let now = engine.now();
        let ends = now.plus_millis(engine.config.timings.transfer);
        let table = create_table::made(new.table, engine, ends);
        let arn = engine.archive.next_arn(&table.arn, "import", now);
        let mut begun = Map::new();
        begun.insert("ImportArn".into(), (*arn).into());
        begun.insert("TableArn".into(), table.arn.as_str().into());
        begun.insert("TableId".into(), (*table.id).into());
        begun.insert("StartTime".into(), json!(now.as_secs_f64()));
        begun.extend(new.begun);
        let (table_arn, table_id) = (table.arn.clone(), Arc::clone(&table.id));
        let objects = engine.config.objects.clone().filter(|objects| objects.has_bucket(&new.bucket));
        let ended = match objects {
            // No table comes of it, although its ARN is told.
            None => transfer::failure("ImportStatus", text::NO_BUCKET_CODE, text::no_bucket(&new.bucket)),
            Some(objects) => {
                let limits = engine.config.import_limits;
                let mut reader = ImportReader {
                    table: &table,
                    format: &new.format,
                    limits,
                    is_over: false,
                    items: Tree::default(),
                    told: Told::default(),
                };
                let read = reader.read(objects.as_ref(), &new.bucket, &new.prefix, new.gzip);
                let ImportReader { items, told, .. } = reader;
                engine.create_filled(table, items);
                told.ended(read)
            }
        };
        let transfer = Transfer {
            direction: TransferKind::Import,
            token: new.token,
            request: new.request,
            table: table_arn,
            table_id,
            started: now,
            ends,
            arn,
            begun,
            ended,
        };
        Ok(json!({"ImportTableDescription": transfer::begin(engine, transfer)}))
    }
}

/// The CreateTable that the parameters stand for.
fn declared(parameters: TableCreationParameters) -> CreateTableRequest {
    CreateTableRequest {
        attribute_definitions: parameters.attribute_definitions,
        table_name: Some(parameters.table_name),
        key_schema: parameters.key_schema,
        global_secondary_indexes: parameters.global_secondary_indexes,
        local_secondary_indexes: None,
        billing_mode: parameters.billing_mode,
        provisioned_throughput: parameters.provisioned_throughput,
        stream_specification: None,
        sse_specification: parameters.sse_specification,
        tags: None,
        table_class: None,
        deletion_protection_enabled: None,
        resource_policy: None,
        on_demand_throughput: parameters.on_demand_throughput,
        warm_throughput: parameters.warm_throughput,
        vector_indexes: parameters.vector_indexes,
    }
}

/// The members that repeat the request.
fn described(request: &ImportTableRequest, engine: &Engine) -> Map<String, Value> {
    let config = engine.config();
    let mut source = json!({
        "S3BucketOwner": request.source.owner.as_deref().unwrap_or(&config.account),
        "S3Bucket": request.source.bucket,
    });
    if let Some(prefix) = &request.source.prefix {
        source["S3KeyPrefix"] = prefix.as_str().into();
    }
    let log = format!("arn:aws:logs:{}:{}:log-group:/aws-dynamodb/imports:*", config.region, config.account);
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    if let Some(token) = &request.token {
        put("ClientToken", token.as_str().into());
    }
    put("S3BucketSource", source);
    put("CloudWatchLogGroupArn", log.into());
    put("InputFormat", request.format.as_str().into());
    if let Some(csv) = request.options.as_ref().and_then(|options| options.csv.as_ref()) {
        let mut options = Map::new();
        options.extend(csv.delimiter.as_deref().map(|delimiter| ("Delimiter".to_owned(), delimiter.into())));
        options.extend(csv.header.clone().map(|header| ("HeaderList".to_owned(), header.into())));
        put("InputFormatOptions", json!({"Csv": options}));
    }
    put("InputCompressionType", request.compression.as_deref().unwrap_or("NONE").into());
    put("TableCreationParameters", request.parameters.clone());
    body
}

/// What is told of an import in the end.
#[derive(Debug, Default)]
struct Told {
    bytes: u64,
    processed: u64,
    imported: u64,
    errors: u64,
}

impl Told {
    /// The members of an import that has ended.
    fn ended(&self, read: Result<(), String>) -> Map<String, Value> {
        let mut ended = match read {
            Err(cause) => transfer::failure("ImportStatus", text::NO_ACCESS_CODE, cause),
            Ok(()) if self.errors > 0 => {
                transfer::failure("ImportStatus", text::INVALID_ITEMS_CODE, text::INVALID_ITEMS.to_owned())
            }
            Ok(()) => Map::from_iter([("ImportStatus".to_owned(), "COMPLETED".into())]),
        };
        for (name, number) in [
            ("ProcessedSizeBytes", self.bytes),
            ("ProcessedItemCount", self.processed),
            ("ImportedItemCount", self.imported),
            ("ErrorCount", self.errors),
        ] {
            ended.insert(name.to_owned(), number.into());
        }
        ended
    }
}

/// Reads objects into the items of a table.
struct ImportReader<'a> {
    table: &'a Table,
    format: &'a LineFormat,
    limits: ImportLimits,
    /// Whether there was more than an import reads.
    is_over: bool,
    items: Tree,
    told: Told,
}

impl ImportReader<'_> {
    fn read(&mut self, objects: &dyn Objects, bucket: &str, prefix: &str, gzip: bool) -> Result<(), String> {
        let most = self.limits.objects;
        let keys = objects.keys(bucket, prefix, most).map_err(|cause| text::no_access(&cause))?;
        for key in keys.iter().take(most) {
            let mut header = None;
            let mut each = |line: Option<&[u8]>| self.take(line, &mut header);
            objects.lines(bucket, key, gzip, &mut each).map_err(|cause| text::no_access(&cause))?;
        }
        if keys.len() > most || self.is_over {
            let ImportLimits { bytes, items, objects } = self.limits;
            return Err(text::too_much(bytes >> 20, items, objects));
        }
        Ok(())
    }

    /// Takes a line; answers whether the object is to be read on.
    fn take(&mut self, line: Option<&[u8]>, header: &mut Option<Vec<String>>) -> bool {
        let Some(line) = line else { return self.count(None) };
        self.told.bytes += line.len() as u64 + 1;
        self.is_over |= self.told.bytes > self.limits.bytes;
        if self.is_over {
            return false;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            return true;
        }
        let Ok(line) = std::str::from_utf8(line) else { return self.count(None) };
        match self.format {
            // Items may follow one another on a line. Behind what is no JSON the rest of the object is not read.
            LineFormat::Json => {
                for json in serde_json::Deserializer::from_str(line).into_iter() {
                    let Ok(json) = json else { return self.count(None) };
                    self.count(json_item(json));
                    if self.is_over {
                        return false;
                    }
                }
                true
            }
            LineFormat::Csv(delimiter, given) => {
                let values = fields(line.trim_end_matches('\r'), *delimiter);
                let Some(names) = given.as_ref().or(header.as_ref()) else {
                    *header = Some(values);
                    return true;
                };
                let item = csv_item(names, values, self.table);
                self.count(item);
                !self.is_over
            }
        }
    }

    /// Counts a line with the item it holds, if it holds one; answers `false` if it holds none, or is one too many.
    fn count(&mut self, item: Option<Item>) -> bool {
        self.is_over |= self.told.processed == self.limits.items;
        if self.is_over {
            return false;
        }
        self.told.processed += 1;
        let fits = |item: &Item| {
            let position = self.table.keys.position_of_item(item).ok()?;
            check_size(item).and_then(|()| write::check_index_keys(item, self.table)).ok()?;
            Some(position)
        };
        let Some((position, item)) = item.and_then(|item| Some((fits(&item)?, item))) else {
            self.told.errors += 1;
            return false;
        };
        self.items.insert(position, Stored::new(item));
        self.told.imported += 1;
        true
    }
}

/// The item of a line in DynamoDB's JSON.
fn json_item(json: Value) -> Option<Item> {
    let line: ImportedItem = shape::decode(json, Wording::default()).ok()?;
    line.item.into_item(Wording::default()).ok()
}

/// The item of a line of a CSV: texts, but for the key attributes of the table and its indexes, which have their types.
fn csv_item(names: &[String], values: Vec<String>, table: &Table) -> Option<Item> {
    if values.len() != names.len() {
        return None;
    }
    let value = |name: &String, text: String| match table.definitions.get(name) {
        Some(kind @ (Type::N | Type::B)) => decode(&json!({ kind.descriptor(): text }), Wording::default()).ok(),
        _ => Some(AttributeValue::S(text.into())),
    };
    names.iter().zip(values).map(|(name, text)| Some((name.clone(), value(name, text)?))).collect()
}

/// The values of a line, those within quotes without them.
fn fields(line: &str, delimiter: char) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            letter if letter == delimiter && !quoted => fields.push(std::mem::take(&mut field)),
            letter => field.push(letter),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_csv_has_values_with_and_without_quotes() {
        assert_eq!(fields("a,b c,", ','), ["a", "b c", ""]);
        assert_eq!(fields("\"a,b\",\"he said \"\"no\"\"\"", ','), ["a,b", "he said \"no\""]);
        assert_eq!(fields("a;b,c", ';'), ["a", "b,c"]);
        assert_eq!(fields("", ','), [""]);
    }
}
