//! The statements: SELECT, EXISTS, INSERT, UPDATE and DELETE, and what stands in them beside conditions and values.

use super::{Parsed, StatementParser, unexpected};
use crate::engine::expr::Element;
use crate::engine::expr::Path;
use crate::engine::expr::ast::{SetValue, UpdateAction};
use crate::engine::messages::partiql as text;
use crate::engine::partiql::lexer::StatementToken;
use crate::engine::partiql::{Returning, SelectStatement, Statement};
use crate::engine::value::{AttributeValue, Type};

impl StatementParser<'_> {
    /// A whole statement.
    pub(in crate::engine::partiql) fn statement(&mut self) -> Parsed<Statement> {
        let statement = if self.keyword("SELECT") {
            Statement::Select(self.select()?)
        } else if self.keyword("EXISTS") {
            self.expect("(")?;
            if !self.keyword("SELECT") {
                return unexpected();
            }
            let select = self.select()?;
            self.expect(")")?;
            Statement::Exists(select)
        } else if self.keyword("INSERT") {
            self.insert()?
        } else if self.keyword("UPDATE") {
            self.update()?
        } else if self.keyword("DELETE") {
            self.delete()?
        } else {
            return Err(text::not_well_formed(text::DATA_MANIPULATION));
        };
        self.sign(";");
        if self.at < self.tokens.len() {
            return Err(text::not_well_formed(text::TOKEN_AFTER_EXPRESSION));
        }
        Ok(statement)
    }

    fn select(&mut self) -> Parsed<SelectStatement> {
        let columns = if self.sign("*") { None } else { Some(self.columns()?) };
        if !self.keyword("FROM") {
            return unexpected();
        }
        let table = self.name()?;
        let index = if self.sign(".") { Some(self.name()?) } else { None };
        self.refuse_alias(&["WHERE", "ORDER"])?;
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        let order = if self.keyword("ORDER") { Some(self.order()?) } else { None };
        Ok(SelectStatement { table, index, columns, condition, order })
    }

    /// Refuses a name where only one of these clauses may stand.
    fn refuse_alias(&self, clauses: &[&str]) -> Parsed<()> {
        match self.tokens.get(self.at) {
            Some(StatementToken::Name(_)) => Err(text::ALIASING.to_owned()),
            Some(StatementToken::Word(word)) if !clauses.iter().any(|clause| word.eq_ignore_ascii_case(clause)) => {
                Err(text::ALIASING.to_owned())
            }
            _ => Ok(()),
        }
    }

    fn columns(&mut self) -> Parsed<Vec<(String, Path)>> {
        let mut columns = Vec::new();
        loop {
            if self.tokens.get(self.at + 1) == Some(&StatementToken::Sign("(")) {
                return Err(text::unexpected_path_component(&self.place()));
            }
            let path = self.path()?;
            let last = path.rest().last();
            let name = match last {
                None => path.root().to_owned(),
                Some(Element::Name(name)) => name.clone(),
                // An element of a list has no name of its own; it is called by its place.
                Some(Element::Index(_)) => format!("_{}", columns.len() + 1),
            };
            columns.push((name, path));
            if !self.sign(",") {
                return Ok(columns);
            }
        }
    }

    fn order(&mut self) -> Parsed<(String, bool)> {
        if !self.keyword("BY") {
            return unexpected();
        }
        let mut order = (self.name()?, !self.descending());
        while self.sign(",") {
            order = (self.name()?, !self.descending());
        }
        Ok(order)
    }

    fn descending(&mut self) -> bool {
        self.keyword("DESC") || {
            let _ = self.keyword("ASC");
            false
        }
    }

    fn insert(&mut self) -> Parsed<Statement> {
        if !self.keyword("INTO") {
            return unexpected();
        }
        let table = self.name()?;
        if !self.keyword("VALUE") {
            return unexpected();
        }
        let item = if self.sign("{") { AttributeValue::M(self.map(false)?) } else { self.value()? };
        match item {
            AttributeValue::M(item) => Ok(Statement::Insert { table, item }),
            _ => unexpected(),
        }
    }

    fn update(&mut self) -> Parsed<Statement> {
        let table = self.name()?;
        self.refuse_alias(&["SET", "REMOVE"])?;
        let mut actions = Vec::new();
        loop {
            if self.keyword("SET") {
                actions.push(self.assignment()?);
                while self.sign(",") {
                    actions.push(self.assignment()?);
                }
            } else if self.keyword("REMOVE") {
                actions.push(UpdateAction::Remove(self.path()?));
                while self.sign(",") {
                    actions.push(UpdateAction::Remove(self.path()?));
                }
            } else {
                break;
            }
        }
        if actions.is_empty() {
            return unexpected();
        }
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        Ok(Statement::Update { table, actions, condition, returning: self.returning()? })
    }

    fn delete(&mut self) -> Parsed<Statement> {
        if !self.keyword("FROM") {
            return unexpected();
        }
        let table = self.name()?;
        self.refuse_alias(&["WHERE", "RETURNING"])?;
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        Ok(Statement::Delete { table, condition, returning: self.returning()? })
    }

    fn returning(&mut self) -> Parsed<Option<Returning>> {
        if !self.keyword("RETURNING") {
            return Ok(None);
        }
        let modified = self.keyword("MODIFIED");
        if !modified && !self.keyword("ALL") {
            return unexpected();
        }
        let new = self.keyword("NEW");
        if (!new && !self.keyword("OLD")) || !self.sign("*") {
            return unexpected();
        }
        Ok(Some(Returning { modified, new }))
    }

    /// `path = …` of a SET.
    fn assignment(&mut self) -> Parsed<UpdateAction> {
        let path = self.path()?;
        self.expect("=")?;
        for (function, add) in [("set_add", true), ("set_delete", false)] {
            let place = self.place();
            if self.function(function) {
                let target = self.path()?;
                self.expect(",")?;
                let members = self.value()?;
                self.expect(")")?;
                if target != path {
                    return Err(text::other_target(function, &place));
                }
                if !matches!(members.kind(), Type::Ss | Type::Ns | Type::Bs) {
                    return unexpected();
                }
                return Ok(if add { UpdateAction::Add(path, members) } else { UpdateAction::Delete(path, members) });
            }
        }
        let left = self.source()?;
        if self.sign("+") {
            return Ok(UpdateAction::Set(path, SetValue::Plus(Box::new(left), Box::new(self.source()?))));
        }
        if self.sign("-") {
            return Ok(UpdateAction::Set(path, SetValue::Minus(Box::new(left), Box::new(self.source()?))));
        }
        Ok(UpdateAction::Set(path, left))
    }

    fn source(&mut self) -> Parsed<SetValue> {
        if self.function("list_append") {
            let first = self.source()?;
            self.expect(",")?;
            let second = self.source()?;
            self.expect(")")?;
            return Ok(SetValue::ListAppend(Box::new(first), Box::new(second)));
        }
        if self.function("if_not_exists") {
            let path = self.path()?;
            self.expect(",")?;
            let default = self.source()?;
            self.expect(")")?;
            return Ok(SetValue::IfNotExists(path, Box::new(default)));
        }
        if self.is_path() { self.path().map(SetValue::Path) } else { self.value().map(SetValue::Value) }
    }
}
