//! Which key means what: a table for each screen, said once.
//!
//! The life of a key press: [`message`] looks through the tables that count now (the overlay's or the screen's, then the
//! common one) for the first [`Binding`] whose key it is and whose `when` holds, and asks that for its message. Footer,
//! help and palette print the very same tables, so they cannot promise another key than the one that works.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::message::Message;
use crate::app::palette::Action;
use crate::app::pane::Step;
use crate::app::prompt::Edit;
use crate::app::{Model, Overlay, Screen, Start};

use super::screens;

/// A key, with the modifiers that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Whether Ctrl is held.
    pub control: bool,
    /// Whether Alt is held.
    pub alt: bool,
}

/// A key without modifiers.
pub(super) const fn key(code: KeyCode) -> Key {
    Key { code, control: false, alt: false }
}

/// A character's key.
pub(super) const fn char(letter: char) -> Key {
    key(KeyCode::Char(letter))
}

/// A character's key with Ctrl.
pub(super) const fn ctrl(letter: char) -> Key {
    Key { code: KeyCode::Char(letter), control: true, alt: false }
}

/// A key with Alt.
pub(super) const fn alt(code: KeyCode) -> Key {
    Key { code, control: false, alt: true }
}

/// The keys of a binding.
#[derive(Clone, Copy, Debug)]
pub enum Keys {
    /// Any of these.
    These(&'static [Key]),
    /// Any of these letters, large or small.
    Letters(&'static str),
    /// Any character at all.
    Text,
}

/// What a key means.
pub struct Binding {
    /// Its name in the configuration: `question.flag`.
    pub name: &'static str,
    /// Its keys; the first is the one that is printed.
    pub keys: Keys,
    /// What it does, in a word or two.
    pub label: &'static str,
    /// What it sends; letters get the one that was pressed.
    pub message: fn(&Model, char) -> Message,
    /// When it counts.
    pub when: fn(&Model) -> bool,
    /// Whether the footer shows it; the help page shows all.
    pub in_footer: bool,
}

impl Key {
    /// Returns the key called `name`: as it is printed, or with `ctrl-` in place of `^`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        const NAMED: [KeyCode; 13] = [
            KeyCode::PageDown,
            KeyCode::PageUp,
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Home,
        ];
        let (control, rest) = match name.strip_prefix("ctrl-").or_else(|| name.strip_prefix('^')) {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, name),
        };
        let (alt, rest) = rest.strip_prefix("alt-").map_or((false, rest), |rest| (true, rest));
        let mut letters = rest.chars();
        let code = match (letters.next()?, letters.next()) {
            // With Ctrl a terminal does not tell large letters from small ones.
            (letter, None) if control => KeyCode::Char(letter.to_ascii_lowercase()),
            (letter, None) => KeyCode::Char(letter),
            _ => {
                let function = (1..=12).map(KeyCode::F);
                let known = NAMED.into_iter().chain([KeyCode::End, KeyCode::Char(' ')]).chain(function);
                known.into_iter().find(|code| key(*code).shown().eq_ignore_ascii_case(rest))?
            }
        };
        Some(Self { code, control, alt })
    }

    fn of(event: KeyEvent) -> Self {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        Self { code: event.code, control, alt: event.modifiers.contains(KeyModifiers::ALT) }
    }

    /// How it is printed: `ctrl-p`, `pgdn`, `?`.
    #[must_use]
    pub fn shown(self) -> String {
        let code = match self.code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::PageDown => "pgdn".to_owned(),
            KeyCode::PageUp => "pgup".to_owned(),
            KeyCode::Enter => "enter".to_owned(),
            KeyCode::Esc => "esc".to_owned(),
            KeyCode::Tab => "tab".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            KeyCode::Backspace => "backspace".to_owned(),
            KeyCode::Delete => "del".to_owned(),
            KeyCode::Left => "left".to_owned(),
            KeyCode::Right => "right".to_owned(),
            KeyCode::Up => "up".to_owned(),
            KeyCode::Down => "down".to_owned(),
            KeyCode::Home => "home".to_owned(),
            KeyCode::End => "end".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        match (self.control, self.alt) {
            (true, _) => format!("^{}", code.to_uppercase()),
            (_, true) => format!("alt-{code}"),
            _ => code,
        }
    }
}

impl Binding {
    /// A binding that always counts and stands in the footer.
    pub(super) const fn new(
        name: &'static str,
        keys: Keys,
        label: &'static str,
        message: fn(&Model, char) -> Message,
    ) -> Self {
        Self { name, keys, label, message, when: |_| true, in_footer: true }
    }

    /// The same, which counts only sometimes.
    pub(super) const fn when(self, when: fn(&Model) -> bool) -> Self {
        Self { when, ..self }
    }

    /// The same, which only the help page shows.
    pub(super) const fn quiet(self) -> Self {
        Self { in_footer: false, ..self }
    }

    /// Its keys: those that the learner chose, or its own.
    fn all_keys(&self, model: &Model) -> Vec<Key> {
        match (self.keys, model.keys.get(self.name)) {
            (Keys::These(_), Some(chosen)) => chosen.iter().filter_map(|name| Key::named(name)).collect(),
            (Keys::These(own), None) => own.to_vec(),
            (Keys::Letters(_) | Keys::Text, _) => Vec::new(),
        }
    }

    /// Whether a key is one of its own; with the letter to send.
    fn matches(&self, pressed: Key, model: &Model) -> Option<char> {
        let letter = if let KeyCode::Char(letter) = pressed.code { letter } else { ' ' };
        let is_plain = !pressed.control && !pressed.alt;
        let fits = match self.keys {
            Keys::These(_) => self.all_keys(model).contains(&pressed),
            Keys::Letters(letters) => {
                is_plain
                    && matches!(pressed.code, KeyCode::Char(_))
                    && letters.chars().any(|known| known.eq_ignore_ascii_case(&letter))
            }
            Keys::Text => is_plain && matches!(pressed.code, KeyCode::Char(_)),
        };
        fits.then_some(letter)
    }

    /// How its key is printed.
    #[must_use]
    pub fn shown(&self, model: &Model) -> String {
        match self.keys {
            Keys::These(_) => self.all_keys(model).first().map(|key| key.shown()).unwrap_or_default(),
            Keys::Letters(letters) => {
                let (first, last) = (letters.chars().next(), letters.chars().last());
                first.zip(last).map(|(first, last)| format!("{first}-{last}")).unwrap_or_default()
            }
            Keys::Text => "text".to_owned(),
        }
    }

    /// How all its keys are printed, for the help page.
    #[must_use]
    pub fn all_shown(&self, model: &Model) -> String {
        match self.keys {
            Keys::These(_) => self.all_keys(model).iter().map(|key| key.shown()).collect::<Vec<_>>().join(" "),
            _ => self.shown(model),
        }
    }
}

/// What works on every screen.
const COMMON: &[Binding] = &[
    Binding::new("interrupt", Keys::These(&[ctrl('c')]), "clear, twice: leave", |_, _| Message::Interrupt).quiet(),
    Binding::new("suspend", Keys::These(&[ctrl('z')]), "suspend the program", |_, _| Message::Suspend).quiet(),
    Binding::new("palette", Keys::These(&[ctrl('p')]), "go to anything", |model, _| Message::Palette(actions(model))),
    Binding::new("back", Keys::These(&[key(KeyCode::Esc)]), "back", |_, _| Message::Back)
        .when(|model| (model.depth() > 0 || model.is_typing()) && !is_in_lab(model)),
    // At home it says how to leave, and does nothing else.
    Binding::new("stay", Keys::These(&[key(KeyCode::Esc)]), "", |_, _| Message::Back)
        .when(|model| model.depth() == 0 && !model.is_typing() && !is_in_lab(model))
        .quiet(),
    Binding::new("quit", Keys::These(&[char('q')]), "quit", |_, _| Message::Quit)
        .when(|model| !model.is_typing() && model.overlay.is_none()),
    Binding::new("help", Keys::These(&[char('?'), key(KeyCode::F(10))]), "keys", |_, _| Message::Help)
        .when(|model| !is_text_at_hand(model))
        .quiet(),
    Binding::new("help.typing", Keys::These(&[key(KeyCode::F(10))]), "keys", |_, _| Message::Help)
        .when(is_text_at_hand)
        .quiet(),
];

/// Whether a lab is on screen with nothing over it: what Esc does there its own tables say.
fn is_in_lab(model: &Model) -> bool {
    model.overlay.is_none() && matches!(model.screen(), Screen::Lab(_))
}

/// What can be done on the screen, for the palette: what needs no letter of its own.
fn actions(model: &Model) -> Vec<Action> {
    let own = screens::bindings(model.screen()).into_iter().take_while(|table| !is_movement(table)).flatten();
    let own = own.filter(|binding| (binding.when)(model) && !binding.label.is_empty());
    let single = own.filter(|binding| matches!(binding.keys, Keys::These(_)));
    single.map(|one| Action { label: one.label, key: one.shown(model), message: one.message }).collect()
}

/// Whether a table is that of [`MOVEMENT`].
pub(super) fn is_movement(table: &[Binding]) -> bool {
    table.first().map(|binding| binding.name) == MOVEMENT.first().map(|binding| binding.name)
}

/// Whether a question mark is text, as there is some already.
fn is_text_at_hand(model: &Model) -> bool {
    match (&model.overlay, model.screen()) {
        (None, Screen::Lab(lab)) => model.is_typing() && (!lab.prompt.text().is_empty() || lab.prompt.search.is_some()),
        _ => model.is_typing(),
    }
}

/// Movement, wherever there is a list or a text.
pub(super) const MOVEMENT: &[Binding] = &[
    Binding::new("down", Keys::These(&[key(KeyCode::Down), char('j')]), "down", |_, _| Message::Move(Step::Lines(1)))
        .quiet(),
    Binding::new("up", Keys::These(&[key(KeyCode::Up), char('k')]), "up", |_, _| Message::Move(Step::Lines(-1)))
        .quiet(),
    Binding::new("page-down", Keys::These(&[key(KeyCode::PageDown), ctrl('f')]), "a page down", |_, _| {
        Message::Scroll(None, Step::Pages(1))
    })
    .quiet(),
    Binding::new("page-up", Keys::These(&[key(KeyCode::PageUp), ctrl('b')]), "a page up", |_, _| {
        Message::Scroll(None, Step::Pages(-1))
    })
    .quiet(),
    Binding::new("first", Keys::These(&[char('g'), key(KeyCode::Home)]), "to the beginning", |_, _| {
        Message::Move(Step::Start)
    })
    .quiet(),
    Binding::new("last", Keys::These(&[char('G'), key(KeyCode::End)]), "to the end", |_, _| Message::Move(Step::End))
        .quiet(),
];

/// Editing of one line: a filter, the palette.
pub(super) const TYPING: &[Binding] = &[
    Binding::new("type.accept", Keys::These(&[key(KeyCode::Enter)]), "open", |_, _| Message::Accept),
    Binding::new("type.down", Keys::These(&[key(KeyCode::Down), ctrl('n')]), "down", |_, _| {
        Message::Move(Step::Lines(1))
    }),
    Binding::new("type.up", Keys::These(&[key(KeyCode::Up)]), "up", |_, _| Message::Move(Step::Lines(-1))),
    Binding::new("type.page-down", Keys::These(&[key(KeyCode::PageDown)]), "a page down", |_, _| {
        Message::Move(Step::Pages(1))
    })
    .quiet(),
    Binding::new("type.page-up", Keys::These(&[key(KeyCode::PageUp)]), "a page up", |_, _| {
        Message::Move(Step::Pages(-1))
    })
    .quiet(),
    Binding::new("type.erase", Keys::These(&[key(KeyCode::Backspace)]), "erase", |_, _| Message::Edit(Edit::Backspace))
        .quiet(),
    Binding::new("type.clear", Keys::These(&[ctrl('u')]), "clear", |_, _| Message::Edit(Edit::Clear)).quiet(),
    Binding::new("type.text", Keys::Text, "type to filter", |_, letter| {
        Message::Edit(Edit::Insert(letter.to_string()))
    }),
];

/// The help page.
const HELP: &[Binding] =
    &[Binding::new("help.close", Keys::These(&[key(KeyCode::Enter), char('q')]), "close", |_, _| Message::Accept)];

/// The question before leaving from the middle of an exam.
const QUIT: &[Binding] = &[
    Binding::new(
        "quit.yes",
        Keys::These(&[char('y'), char('q'), key(KeyCode::Enter)]),
        "leave; the exam is paused",
        |_, _| Message::Accept,
    ),
    Binding::new("quit.no", Keys::These(&[char('n')]), "stay", |_, _| Message::Back),
];

/// The question before a finished lab.
const FINISHED: &[Binding] = &[
    Binding::new("finished.again", Keys::These(&[key(KeyCode::Enter), char('r')]), "read it again", |_, _| {
        Message::Accept
    }),
    Binding::new("finished.anew", Keys::These(&[char('n')]), "do it again from step 1", |model, _| {
        let name = if let Some(Overlay::Finished(name)) = &model.overlay { name.clone() } else { String::new() };
        Message::Open(Start::LabAnew(name))
    }),
];

/// The tour.
const TOUR: &[Binding] = &[
    Binding::new("tour.next", Keys::These(&[key(KeyCode::Enter), char(' ')]), "next", |_, _| Message::Accept),
    Binding::new("tour.forward", Keys::These(&[key(KeyCode::Right), key(KeyCode::Down), char('j')]), "next", |_, _| {
        Message::Move(Step::Lines(1))
    })
    .quiet(),
    Binding::new(
        "tour.back",
        Keys::These(&[key(KeyCode::Left), key(KeyCode::Up), char('k')]),
        "the one before",
        |_, _| Message::Move(Step::Lines(-1)),
    ),
    Binding::new("tour.close", Keys::These(&[char('q')]), "close", |_, _| Message::Back),
];

/// Returns the tables that count now, the first first.
#[must_use]
pub fn tables(model: &Model) -> Vec<&'static [Binding]> {
    match &model.overlay {
        Some(Overlay::Help(_)) => vec![HELP, MOVEMENT, COMMON],
        Some(Overlay::Palette(_)) => vec![TYPING, COMMON],
        Some(Overlay::Quit) => vec![QUIT, COMMON],
        Some(Overlay::Finished(_)) => vec![FINISHED, COMMON],
        Some(Overlay::Tour(_)) => vec![TOUR, COMMON],
        None => {
            let mut tables = screens::bindings(model.screen());
            tables.push(COMMON);
            tables
        }
    }
}

/// Returns every binding whose keys can be chosen, by its name, once.
#[must_use]
pub fn all() -> Vec<&'static Binding> {
    let overlays = [HELP, QUIT, TOUR, TYPING, MOVEMENT, COMMON];
    let mut all: Vec<&Binding> = Vec::new();
    for binding in screens::tables().into_iter().chain(overlays).flatten() {
        let is_known = all.iter().any(|known| known.name == binding.name);
        if matches!(binding.keys, Keys::These(_)) && !binding.label.is_empty() && !is_known {
            all.push(binding);
        }
    }
    all
}

/// Returns the bindings that count now.
pub fn bindings(model: &Model) -> impl Iterator<Item = &'static Binding> {
    tables(model).into_iter().flatten().filter(|binding| (binding.when)(model))
}

/// Returns what a key means now; `None` if nothing.
#[must_use]
pub fn message(event: KeyEvent, model: &Model) -> Option<Message> {
    let pressed = Key::of(event);
    let (binding, letter) = bindings(model).find_map(|binding| Some((binding, binding.matches(pressed, model)?)))?;
    Some((binding.message)(model, letter))
}

/// Returns the names of the bindings that a key has now, so that a test can refuse two.
#[must_use]
pub fn names_of(event: KeyEvent, model: &Model) -> Vec<&'static str> {
    let pressed = Key::of(event);
    let fitting = bindings(model).filter(|binding| binding.matches(pressed, model).is_some());
    // What takes any character comes after all keys by design.
    fitting.filter(|binding| !matches!(binding.keys, Keys::Text)).map(|binding| binding.name).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::Standing;
    use crate::content::Library;

    #[test]
    fn every_key_is_called_as_it_is_printed() {
        for binding in all() {
            let Keys::These(keys) = binding.keys else { continue };
            for key in keys {
                assert_eq!(Key::named(&key.shown()), Some(*key), "{}", key.shown());
            }
        }
        assert_eq!(Key::named("ctrl-P"), Some(ctrl('p')));
        assert_eq!(Key::named("alt-F3"), Some(alt(KeyCode::F(3))));
        for none in ["", "pgdwn", "F13", "ctrl-", "hyper-x"] {
            assert_eq!(Key::named(none), None, "{none}");
        }
    }

    #[test]
    fn a_chosen_key_takes_the_place_of_the_own_one_everywhere() {
        let mut model = Model::new(Arc::new(Library::default()), Standing::default());
        let press = |code| KeyEvent::new(code, KeyModifiers::NONE);
        assert!(matches!(message(press(KeyCode::Char('q')), &model), Some(Message::Quit)));
        model.keys.insert("quit".to_owned(), vec!["F9".to_owned(), "Q".to_owned()]);
        assert!(message(press(KeyCode::Char('q')), &model).is_none());
        for code in [KeyCode::F(9), KeyCode::Char('Q')] {
            assert!(matches!(message(press(code), &model), Some(Message::Quit)));
        }
        let quit = bindings(&model).find(|binding| binding.name == "quit").map(|quit| quit.all_shown(&model));
        assert_eq!(quit.as_deref(), Some("F9 Q"));
    }
}
