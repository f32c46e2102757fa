//! The exceptions of the service: name, HTTP status, message and the members some of them carry.
//!
//! An [`ApiError`] is data: it is printed by the AWS CLI language, sent by the endpoint and judged by lab checks.
//! The texts stand in [`messages`](super::messages). Our own explanations are never part of the message.
//! Source: AWS documentation, "Error handling with DynamoDB" and the API reference's Errors sections.

use serde_json::{Map, Value};

/// The exception's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the service's own exception names")]
pub enum ErrorKind {
    AccessDeniedException,
    BackupInUseException,
    BackupNotFoundException,
    ClusterAlreadyExistsFault,
    ClusterNotFoundFault,
    ConditionalCheckFailedException,
    ContinuousBackupsUnavailableException,
    DuplicateItemException,
    ExpiredIteratorException,
    ExportConflictException,
    ExportNotFoundException,
    IdempotentParameterMismatchException,
    ImportConflictException,
    ImportNotFoundException,
    IncompleteSignatureException,
    IndexNotFoundException,
    InternalServerError,
    InvalidExportTimeException,
    InvalidParameterValueException,
    InvalidRestoreTimeException,
    InvalidSignatureException,
    ItemCollectionSizeLimitExceededException,
    LimitExceededException,
    MalformedPolicyDocument,
    MissingAuthenticationTokenException,
    NoSuchEntity,
    ObjectNotFoundException,
    ParameterGroupAlreadyExistsFault,
    ParameterGroupNotFoundFault,
    PointInTimeRecoveryUnavailableException,
    PolicyNotFoundException,
    ProvisionedThroughputExceededException,
    QueueDoesNotExist,
    ReceiptHandleIsInvalid,
    RequestLimitExceeded,
    ResourceConflictException,
    ResourceInUseException,
    ResourceNotFoundException,
    SerializationException,
    TableAlreadyExistsException,
    TableInUseException,
    TableNotFoundException,
    ThrottlingException,
    TransactionCanceledException,
    TransactionConflictException,
    TransactionInProgressException,
    TrimmedDataAccessException,
    UnknownOperationException,
    UnrecognizedClientException,
    ValidationException,
}

impl ErrorKind {
    /// The exception's name, without its prefix.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The namespace in front of the `#` of `__type`.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::SerializationException
            | Self::UnknownOperationException
            | Self::MissingAuthenticationTokenException
            | Self::IncompleteSignatureException
            | Self::InvalidSignatureException
            | Self::UnrecognizedClientException
            | Self::AccessDeniedException => "com.amazon.coral.service",
            Self::ValidationException => "com.amazon.coral.validate",
            Self::ThrottlingException => "com.amazon.coral.availability",
            _ => "com.amazonaws.dynamodb.v20120810",
        }
    }

    /// The HTTP status the service answers with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InternalServerError => 500,
            _ => 400,
        }
    }

    /// The member of the error body that holds the text; its case differs by exception. Until August 2026 a failed condition
    /// that returned the item it failed for wrote Message, too.
    #[must_use]
    pub const fn message_member(self) -> &'static str {
        match self {
            Self::SerializationException
            | Self::AccessDeniedException
            | Self::TransactionCanceledException
            | Self::IdempotentParameterMismatchException
            | Self::TransactionInProgressException => "Message",
            _ => "message",
        }
    }
}

/// A refusal by the engine, in the service's words.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}: {message}", kind.name())]
pub struct ApiError {
    /// Which exception.
    pub kind: ErrorKind,
    /// The service's text; may be empty.
    pub message: String,
    /// Further members of the body, such as `Item` or `CancellationReasons`.
    pub members: Map<String, Value>,
}

impl ApiError {
    /// An exception with a text.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), members: Map::new() }
    }

    /// A ValidationException with a text.
    #[must_use]
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ValidationException, message)
    }

    /// The same exception with one more member in its body.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// The body of the HTTP answer: `{"__type": …, "message": …}` and the further members.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("__type".into(), format!("{}#{}", self.kind.namespace(), self.kind.name()).into());
        if !self.message.is_empty() {
            body.insert(self.kind.message_member().into(), self.message.clone().into());
        }
        body.extend(self.members.clone());
        Value::Object(body)
    }
}
