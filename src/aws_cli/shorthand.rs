//! The AWS CLI's shorthand: `AttributeName=pk,KeyType=HASH`, `Key={id={S=O-1}},Names=[a,b]`, `a,b,c`.
//!
//! Everything comes out as JSON with text scalars; `value` then brings them into their shape's types.

use serde_json::{Map, Value};

/// How deep braces may nest.
const MAX_DEPTH: usize = 64;

/// What is wrong and at which byte of the text.
pub(super) struct ShorthandError {
    pub message: String,
    pub at: usize,
}

/// Reads `key=value,…`.
pub(super) fn pairs(text: &str) -> Result<Value, ShorthandError> {
    let mut reader = ShorthandReader { text, at: 0, depth: 0 };
    let map = reader.pairs(None)?;
    match reader.peek() {
        None => Ok(map),
        Some(letter) => Err(reader.fault(format!("Expected a comma or the end, found {letter}"))),
    }
}

struct ShorthandReader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl ShorthandReader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn fault(&self, message: impl Into<String>) -> ShorthandError {
        ShorthandError { message: message.into(), at: self.at }
    }

    fn pairs(&mut self, close: Option<char>) -> Result<Value, ShorthandError> {
        let mut map = Map::new();
        loop {
            if close.is_some() && self.peek() == close {
                return Ok(Value::Object(map));
            }
            let key = self.until(&['=', ',', '{', '}', '[', ']']);
            if key.is_empty() || self.peek() != Some('=') {
                let found = self.peek().map_or_else(|| "the end".to_owned(), String::from);
                return Err(self.fault(format!("Expected name=value, found {found} after \"{key}\"")));
            }
            self.at += 1;
            let value = self.value(close)?;
            map.insert(key, value);
            if self.peek() != Some(',') {
                return Ok(Value::Object(map));
            }
            self.at += 1;
        }
    }

    fn value(&mut self, close: Option<char>) -> Result<Value, ShorthandError> {
        let first = self.one_value(close)?;
        // `a=1,2,b=3`: further scalars up to the next name belong to the same list.
        let (mut are_scalars, mut list) = (first.is_string(), vec![first]);
        while are_scalars && self.peek() == Some(',') && !self.name_follows() {
            self.at += 1;
            let next = self.one_value(close)?;
            are_scalars = next.is_string();
            list.push(next);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { Value::Array(list) })
    }

    fn name_follows(&self) -> bool {
        let rest = &self.text[self.at + 1..];
        let end = rest.find(['=', ',', '}', ']']).unwrap_or(rest.len());
        rest[end..].starts_with('=') || rest.is_empty()
    }

    fn one_value(&mut self, close: Option<char>) -> Result<Value, ShorthandError> {
        match self.peek() {
            Some('{') => self.nested('}', |reader| reader.pairs(Some('}'))),
            Some('[') => self.nested(']', Self::elements),
            Some(quote @ ('"' | '\'')) => self.quoted(quote).map(Value::String),
            _ => {
                let stops: &[char] = if close.is_some() { &[',', '}', ']'] } else { &[','] };
                Ok(Value::String(self.until(stops)))
            }
        }
    }

    fn elements(&mut self) -> Result<Value, ShorthandError> {
        let mut list = Vec::new();
        while self.peek() != Some(']') {
            list.push(self.one_value(Some(']'))?);
            match self.peek() {
                Some(',') => self.at += 1,
                Some(']') => break,
                _ => return Err(self.fault("Expected a comma or ]")),
            }
        }
        Ok(Value::Array(list))
    }

    fn nested(
        &mut self,
        close: char,
        read: impl FnOnce(&mut Self) -> Result<Value, ShorthandError>,
    ) -> Result<Value, ShorthandError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fault(format!("Braces nest more than {MAX_DEPTH} deep")));
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        if self.peek() != Some(close) {
            return Err(self.fault(format!("Expected {close}")));
        }
        self.at += 1;
        Ok(value)
    }

    fn quoted(&mut self, quote: char) -> Result<String, ShorthandError> {
        self.at += 1;
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                _ if letter == quote => return Ok(text),
                '\\' => {
                    if let Some(escaped) = self.peek() {
                        self.at += escaped.len_utf8();
                        text.push(escaped);
                    }
                }
                other => text.push(other),
            }
        }
        Err(self.fault(format!("This quote ({quote}) is never closed")))
    }

    fn until(&mut self, stops: &[char]) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(stops).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim().to_owned()
    }
}
