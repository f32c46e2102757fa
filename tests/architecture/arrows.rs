//! Who names whom: the arrows between modules, read from the source by its tokens.
//!
//! Every form counts: `use crate::a::b`, `use crate::{a, b::c}`, `use super::super::a`, a path in an expression, a type or a
//! macro's arguments. What only tests compile does not count. A name that a `use` brought in was counted there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A place that names a module or something in it: both by their paths from the crate's root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrow {
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
}

/// All files under a folder that are compiled without tests, with their modules' paths.
pub(crate) fn sources(root: &Path) -> Vec<(Vec<String>, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = module(root, &path);
                if !module.iter().any(|name| name == "tests") {
                    found.push((module, path));
                }
            }
        }
    }
    found.sort();
    found
}

/// The path of the module that a file holds: `src/engine/expr/mod.rs` gives `engine`, `expr`.
fn module(root: &Path, file: &Path) -> Vec<String> {
    let inner = file.strip_prefix(root).unwrap().with_extension("");
    let mut names: Vec<String> = inner.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    if names.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
        names.pop();
    }
    names
}

/// All arrows of a source text whose module has this path.
pub(crate) fn arrows(module: &[String], text: &str) -> Vec<Arrow> {
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{module:?}: {error}"));
    let mut found = Vec::new();
    walk(module, tokens, &mut found);
    found.retain(|arrow| !arrow.to.is_empty());
    found.sort();
    found.dedup();
    found
}

pub(crate) fn is(token: Option<&TokenTree>, word: &str) -> bool {
    match token {
        Some(TokenTree::Ident(name)) => name == word,
        Some(TokenTree::Punct(sign)) => word.len() == 1 && word.starts_with(sign.as_char()),
        _ => false,
    }
}

/// Whether `::` stands at this place.
fn is_path_sign(tokens: &[TokenTree], at: usize) -> bool {
    is(tokens.get(at), ":") && is(tokens.get(at + 1), ":")
}

fn walk(module: &[String], tokens: TokenStream, found: &mut Vec<Arrow>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is(tokens.get(at), "#") && is_for_tests(tokens.get(at + 1)) {
            at = end_of_item(&tokens, at + 2);
        } else if is(tokens.get(at), "mod") && matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) {
            let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) = (tokens.get(at + 1), tokens.get(at + 2))
            else {
                at += 1;
                continue;
            };
            walk(&[module, &[name.to_string()]].concat(), body.stream(), found);
            at += 3;
        } else if begins_path(&tokens, at) {
            at = path(module, None, &tokens, at, found);
        } else {
            if let TokenTree::Group(group) = &tokens[at] {
                walk(module, group.stream(), found);
            }
            at += 1;
        }
    }
}

/// Whether `#` is followed by `[cfg(test)]`.
pub(crate) fn is_for_tests(token: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = token else { return false };
    group.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// Where the item that begins here has ended: behind its `;` or its braces.
pub(crate) fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    };
    tokens.iter().skip(from).position(ends).map_or(tokens.len(), |length| from + length + 1)
}

/// Whether a path from the crate's root or from this module begins here, rather than one that goes on.
fn begins_path(tokens: &[TokenTree], at: usize) -> bool {
    let is_first = at < 2 || !is_path_sign(tokens, at - 2) || is(tokens.get(at), "crate");
    let names_a_root = ["crate", "super", "self"].iter().any(|root| is(tokens.get(at), root));
    is_first && names_a_root && is_path_sign(tokens, at + 1)
}

/// Follows a path, or every path of a group, from `base`; returns the place behind it.
fn path(
    module: &[String],
    base: Option<Vec<String>>,
    tokens: &[TokenTree],
    at: usize,
    found: &mut Vec<Arrow>,
) -> usize {
    let mut at = at;
    let mut names = base;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) => match name.to_string().as_str() {
                "crate" => names = Some(Vec::new()),
                "self" => names = names.or_else(|| Some(module.to_vec())),
                "super" => {
                    let mut above = names.unwrap_or_else(|| module.to_vec());
                    above.pop();
                    names = Some(above);
                }
                name => names.get_or_insert_default().push(name.to_owned()),
            },
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in inner.split(|token| is(Some(token), ",")).filter(|part| !part.is_empty()) {
                    path(module, names.clone(), part, 0, found);
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !is_path_sign(tokens, at) {
            break;
        }
        at += 2;
    }
    found.extend(names.map(|to| Arrow { from: module.to_vec(), to }));
    at
}

/// A map of modules, as module documentation draws it: the block of text in which each module has a line, `name   words
/// uses: a, b`, whose last part may stand on lines of its own below.
pub(crate) fn map(text: &str) -> BTreeMap<String, Vec<String>> {
    let lines =
        text.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let lines: Vec<&str> = lines.collect();
    let blocks = lines.split(|line| line.starts_with("```")).skip(1).step_by(2);
    let block = blocks.into_iter().find(|block| block.iter().any(|line| line.contains("uses:"))).unwrap_or_default();
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in block {
        if let Some((_, words)) = entries.last_mut().filter(|_| line.starts_with(' ')) {
            *words = format!("{words} {}", line.trim());
        } else {
            let (name, words) = line.split_once(' ').unwrap_or((line, ""));
            entries.push((name.to_owned(), words.to_owned()));
        }
    }
    let used = |words: &str| {
        let (_, list) = words.rsplit_once("uses:").unwrap_or_default();
        list.split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty() && name != "nothing")
            .collect()
    };
    entries.iter().map(|(name, words)| (name.clone(), used(words))).collect()
}

/// A way from a module back to itself, if there is one.
pub(crate) fn cycle(uses: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    /// Follows every arrow from the last module of a way; `done` holds those from which no cycle is reached.
    fn follow(uses: &BTreeMap<String, Vec<String>>, way: &mut Vec<String>, done: &mut Vec<String>) -> bool {
        let here = way.last().cloned().unwrap_or_default();
        for next in uses.get(&here).into_iter().flatten() {
            if let Some(start) = way.iter().position(|name| name == next) {
                way.drain(..start);
                return true;
            }
            if !done.contains(next) {
                way.push(next.clone());
                if follow(uses, way, done) {
                    return true;
                }
                way.pop();
            }
        }
        done.push(here);
        false
    }
    let mut done = Vec::new();
    uses.keys().find_map(|start| {
        let mut way = vec![start.clone()];
        follow(uses, &mut way, &mut done).then_some(way)
    })
}
