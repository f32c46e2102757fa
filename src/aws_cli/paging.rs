//! Pages as the AWS CLI joins them: `--max-items`, `--starting-token`, `--page-size`.
//!
//! The life of a paged command: its flags become a [`Paging`]; whoever sends the requests hands every answer to
//! [`Paged::take`], which says whether a further page is asked for, and [`Paged::finish`] gives what is printed. Lists are
//! appended and counts added up; every other member, ConsumedCapacity among them, is the first page's, as the AWS CLI prints
//! it. `--max-items` cuts what is printed, not what is read: where it cuts within a page, the token that it prints asks for
//! that page again and says how many of its elements have been printed (`boto_truncate_amount`). Text is printed page by
//! page, and so is what `--query` selects from it.
//!
//! Left out: tokens in the form that the AWS CLI wrote before 2016. Source: AWS CLI user guide, "Pagination"; AWS's
//! published paginators.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::command::Output;
use super::error::CliError;
use super::words::CommandWord;
use crate::engine::shape::{Pages, Shape, Structure};

/// The member of a token that says how many elements of its page have been printed.
const TRUNCATED: &str = "boto_truncate_amount";
/// The member of a token that says which of its texts are base64.
const ENCODED: &str = "boto_encoded_keys";

/// The flags of paging, each with what it is for.
pub(super) const FLAGS: [(&str, &str); 3] = [
    ("--max-items", "The most elements that are printed; NextToken then says where to go on."),
    ("--starting-token", "The NextToken that --max-items printed."),
    ("--page-size", "How much one request reads; all pages are printed all the same."),
];

/// Returns the flags that a command with such pages has.
pub(super) fn flags(pages: Option<&'static Pages>) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has_flag = move |name: &str| pages.is_some_and(|pages| name != "--page-size" || pages.limit.is_some());
    FLAGS.into_iter().filter(move |(name, _)| has_flag(name))
}

/// What the flags of paging say.
#[derive(Clone, Debug, Default)]
pub(super) struct PagingFlags {
    max_items: Option<usize>,
    token: Option<CommandWord>,
    page_size: Option<i64>,
    /// The flags that were given.
    given: Vec<&'static str>,
}

impl PagingFlags {
    /// Takes in one of [`FLAGS`] with its value.
    pub(super) fn read(&mut self, name: &'static str, value: &CommandWord) -> Result<(), CliError> {
        let refused =
            || CliError::new(format!("{name} expects a whole number, found {}", value.text)).at(value.span.clone());
        match name {
            "--max-items" => self.max_items = Some(value.text.parse().map_err(|_| refused())?),
            "--page-size" => self.page_size = Some(value.text.parse().map_err(|_| refused())?),
            _ => self.token = Some(value.clone()),
        }
        self.given.push(name);
        Ok(())
    }

    /// Puts the flags into a request and says how its pages are joined; `None` if it is sent once, as it stands.
    pub(super) fn apply(
        self,
        pages: Option<&'static Pages>,
        input: &Structure,
        body: &mut Map<String, Value>,
        no_paginate: bool,
    ) -> Result<Option<Paging>, CliError> {
        let Some(pages) = pages else { return Ok(None) };
        let is_by_hand = |name: &&str| body.contains_key(*name);
        let by_hand = [Some(pages.start), pages.limit].into_iter().flatten().find(is_by_hand);
        if no_paginate || by_hand.is_some() {
            if let Some(flag) = self.given.first() {
                let message = format!("Cannot specify --no-paginate along with pagination arguments: {flag}");
                let why = by_hand.map(|name| format!("{name} pages by hand, which switches automatic paging off."));
                let error = CliError::new(message);
                return Err(why.into_iter().fold(error, CliError::hint));
            }
            return Ok(None);
        }
        let mut paging = Paging { pages, max_items: self.max_items, start: None, skipped: 0 };
        if let Some(word) = self.token {
            paging.resume(&word, input)?;
        }
        // A page that cannot be followed by another would lose what does not fit.
        if let (Some(size), Some(limit), Some(_)) = (self.page_size, pages.limit, input.member(pages.start)) {
            body.insert(limit.to_owned(), size.into());
        }
        if let Some(start) = &paging.start {
            body.insert(pages.start.to_owned(), start.clone());
        }
        Ok(Some(paging))
    }
}

/// How the pages of a command are joined.
#[derive(Clone, Debug)]
pub struct Paging {
    pages: &'static Pages,
    /// The most elements that are printed.
    max_items: Option<usize>,
    /// Where the first page begins.
    start: Option<Value>,
    /// How many of the first page's elements have been printed before.
    skipped: usize,
}

impl Paging {
    /// Goes on where a token says.
    fn resume(&mut self, word: &CommandWord, input: &Structure) -> Result<(), CliError> {
        let bad = || {
            let hint = "It is the NextToken that the same command printed with --max-items.";
            CliError::new(format!("Bad starting token: {}", word.text)).at(word.span.clone()).hint(hint)
        };
        let read = STANDARD.decode(&word.text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(Value::Object(mut token)) = read else {
            // A token that is none of the AWS CLI's own is handed on as it is.
            let is_text = input.member(self.pages.start).is_some_and(|member| matches!(member.shape, Shape::String(_)));
            self.start = Some(word.text.clone().into()).filter(|_| is_text);
            return if is_text { Ok(()) } else { Err(bad()) };
        };
        token.remove(ENCODED);
        if let Some(skipped) = token.remove(TRUNCATED) {
            self.skipped = skipped.as_u64().and_then(|skipped| usize::try_from(skipped).ok()).ok_or_else(bad)?;
        }
        let start = token.remove(self.pages.start).ok_or_else(bad)?;
        if !token.is_empty() {
            return Err(bad());
        }
        self.start = Some(start).filter(|start| !start.is_null());
        Ok(())
    }

    /// The token that asks for the page that begins at `start`, of which so many elements have been printed.
    fn token(&self, start: Option<&Value>, printed: Option<usize>) -> String {
        let mut token = json!({ self.pages.start: start });
        if let Some(printed) = printed {
            token[TRUNCATED] = printed.into();
        }
        let binary =
            start.and_then(Value::as_object).into_iter().flatten().filter(|(_, value)| value.get("B").is_some());
        let binary: Vec<Value> = binary.map(|(name, _)| json!([self.pages.start, name, "B"])).collect();
        if !binary.is_empty() {
            token[ENCODED] = binary.into();
        }
        STANDARD.encode(spaced(&token))
    }
}

/// JSON with a blank behind every comma and colon, as the AWS CLI writes its tokens.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let entry = |(name, value): (&String, &Value)| format!("{}: {}", Value::from(name.as_str()), spaced(value));
            format!("{{{}}}", members.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// The pages of a command as they come in.
#[derive(Debug)]
pub struct Paged {
    paging: Paging,
    /// Whether pages are printed one by one.
    by_page: bool,
    /// What is printed: all pages in one, or each by itself.
    printed: Vec<Value>,
    /// How many pages came.
    count: usize,
    /// How many elements are printed.
    elements: usize,
    /// What asked for the last page.
    start: Option<Value>,
    /// The token with which the rest can be asked for.
    token: Option<String>,
    /// How many elements of the last page are printed, if others of it are not.
    left: Option<usize>,
}

impl Paged {
    /// No page yet.
    #[must_use]
    pub fn new(paging: Paging, output: Output) -> Self {
        let start = paging.start.clone();
        let by_page = output == Output::Text;
        Self { paging, by_page, printed: Vec::new(), count: 0, elements: 0, start, token: None, left: None }
    }

    /// Takes in the next page; returns the parameter that asks for the one after it, if that is to be asked for.
    pub fn take(&mut self, mut page: Value) -> Option<(&'static str, Value)> {
        let pages = self.paging.pages;
        let next = page.as_object_mut().and_then(|page| page.shift_remove(pages.next));
        let next = next.filter(|next| next.as_str() != Some(""));
        let skipped = if self.count == 0 { self.paging.skipped } else { 0 };
        self.skip(&mut page, skipped);
        let mut list = page.get_mut(pages.results[0]).and_then(Value::as_array_mut);
        let length = list.as_ref().map_or(0, |list| list.len());
        let room = self.paging.max_items.map_or(usize::MAX, |most| most.saturating_sub(self.elements));
        let is_cut = length > room;
        if let Some(list) = list.as_mut().filter(|_| is_cut) {
            list.truncate(room);
            self.left = Some(room);
            self.token = Some(self.paging.token(self.start.as_ref(), Some(room + skipped)));
        }
        self.elements += length.min(room);
        self.print(page);
        self.count += 1;
        if is_cut {
            return None;
        }
        let next = next?;
        if self.paging.max_items == Some(self.elements) {
            self.token = Some(self.paging.token(Some(&next), None));
            return None;
        }
        self.start = Some(next.clone());
        Some((pages.start, next))
    }

    /// Takes the elements off the first page that were printed before; its other lists were printed whole.
    fn skip(&self, page: &mut Value, skipped: usize) {
        if self.count > 0 || (skipped == 0 && self.paging.start.is_none()) {
            return;
        }
        for (place, name) in self.paging.pages.results.iter().enumerate() {
            if let Some(list) = page.get_mut(*name).and_then(Value::as_array_mut) {
                let gone = if place == 0 { skipped.min(list.len()) } else { list.len() };
                list.drain(..gone);
            }
        }
    }

    fn print(&mut self, mut page: Value) {
        let results = self.paging.pages.results;
        let mut part = |name: &&str| Some(((*name).to_owned(), page.get_mut(*name)?.take()));
        match self.printed.first_mut() {
            Some(Value::Object(joined)) if !self.by_page => {
                for (name, more) in results.iter().filter_map(part) {
                    match joined.get_mut(&name) {
                        Some(before) => join(before, more),
                        None => {
                            joined.insert(name, more);
                        }
                    }
                }
            }
            Some(_) => self.printed.push(results.iter().filter_map(&mut part).collect()),
            None => self.printed.push(page),
        }
    }

    /// Ends before all pages have come: the rest can be asked for with the token that is printed.
    pub fn stop(&mut self) {
        self.token = Some(self.paging.token(self.start.as_ref(), None));
    }

    /// How many elements of the last page are printed, if `--max-items` cut others of it off.
    #[must_use]
    pub const fn left(&self) -> Option<usize> {
        self.left
    }

    /// How many pages came.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// What is printed.
    #[must_use]
    pub fn finish(mut self) -> Vec<Value> {
        if let Some(token) = self.token {
            match self.printed.first_mut() {
                Some(joined) if !self.by_page => joined["NextToken"] = token.into(),
                _ => self.printed.push(json!({"NextToken": {"NextToken": token}})),
            }
        }
        self.printed
    }
}

/// Joins a member of a further page to that of the pages before: lists are appended, counts are added up.
fn join(before: &mut Value, more: Value) {
    match (before, more) {
        (Value::Array(before), Value::Array(more)) => before.extend(more),
        (before @ Value::Number(_), Value::Number(more)) => {
            let sum = before.as_u64().unwrap_or(0).saturating_add(more.as_u64().unwrap_or(0));
            *before = sum.into();
        }
        _ => {}
    }
}
