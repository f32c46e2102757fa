//! Which key means what: a table for each screen, said once.
//!
//! The life of a key press: [`message`] looks through the tables that count now (the overlay's or the screen's, then the
//! common one) for the first [`Binding`] whose key it is and whose `when` holds, and asks that for its message. Footer,
//! help and palette print the very same tables, so they cannot promise another key than the one that works.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::message::Message;
use crate::app::palette::KeyAction;
use crate::app::pane::{Motion, Pane};
use crate::app::prompt::Edit;
use crate::app::{KeyNames, Model, Overlay, Screen, Start};
use crate::safe_text::quoted;

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
    /// The letter of an option of the question on screen, large or small.
    Options,
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
    /// Whether the footer shows it before others where there is room for few.
    pub is_kept: bool,
}

impl Key {
    fn of(event: KeyEvent) -> Self {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        Self { code: event.code, control, alt: event.modifiers.contains(KeyModifiers::ALT) }
    }

    /// How it is printed: `^P`, `pgdn`, `→`, `?`.
    #[must_use]
    pub fn shown(self) -> String {
        let code = match self.code {
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            _ => self.bare_name(),
        };
        match (self.control, self.alt) {
            (true, _) => format!("^{}", code.to_uppercase()),
            (_, true) => format!("alt-{code}"),
            _ => code,
        }
    }

    /// How it is written in the settings: `ctrl-p`, `pgdn`, `right`, `?`.
    #[must_use]
    pub fn name(self) -> String {
        let (control, alt) = (if self.control { "ctrl-" } else { "" }, if self.alt { "alt-" } else { "" });
        format!("{control}{alt}{}", self.bare_name())
    }

    /// Returns the key that is written so; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (control, rest) = name.strip_prefix("ctrl-").map_or((false, name), |rest| (true, rest));
        let (alt, rest) = rest.strip_prefix("alt-").map_or((false, rest), |rest| (true, rest));
        let mut letters = rest.chars();
        let code = match (letters.next(), letters.as_str()) {
            (Some(letter), "") if !letter.is_control() && letter != ' ' => KeyCode::Char(letter),
            (Some('F'), number) => KeyCode::F(number.parse().ok().filter(|number| (1..=12).contains(number))?),
            _ => *NAMED.iter().find(|code| key(**code).bare_name() == rest)?,
        };
        Some(Self { code, control, alt })
    }

    /// The key's name without its modifiers.
    fn bare_name(self) -> String {
        match self.code {
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
        }
    }
}

/// The keys that have a name of several letters.
const NAMED: [KeyCode; 16] = [
    KeyCode::Char(' '),
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Insert,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
];

impl Binding {
    /// A binding that always counts and stands in the footer.
    pub(super) const fn new(
        name: &'static str,
        keys: Keys,
        label: &'static str,
        message: fn(&Model, char) -> Message,
    ) -> Self {
        Self { name, keys, label, message, when: |_| true, in_footer: true, is_kept: false }
    }

    /// The same, which counts only sometimes.
    pub(super) const fn when(self, when: fn(&Model) -> bool) -> Self {
        Self { when, ..self }
    }

    /// The same, which only the help page shows.
    pub(super) const fn quiet(self) -> Self {
        Self { in_footer: false, ..self }
    }

    /// The same, for which the footer makes room.
    pub(super) const fn kept(self) -> Self {
        Self { is_kept: true, ..self }
    }

    /// Whether a key is one of its own; with the letter to send.
    fn matches(&self, pressed: Key, model: &Model) -> Option<char> {
        let letter = if let KeyCode::Char(letter) = pressed.code { letter } else { ' ' };
        let is_plain = !pressed.control && !pressed.alt && matches!(pressed.code, KeyCode::Char(_));
        let is_among = |letters: &str| letters.chars().any(|known| known.eq_ignore_ascii_case(&letter));
        let fits = match self.keys {
            Keys::These(keys) => match model.keys.of(self.name) {
                Some(own) => own.contains(&pressed.name()),
                None => keys.contains(&pressed),
            },
            Keys::Letters(letters) => is_plain && is_among(letters),
            Keys::Options => is_plain && is_among(&letters_of(model)),
            Keys::Text => is_plain,
        };
        fits.then_some(letter)
    }

    /// The keys that count for it now.
    fn keys(&self, model: &Model) -> Vec<Key> {
        match (self.keys, model.keys.of(self.name)) {
            (Keys::These(_), Some(own)) => own.iter().filter_map(|name| Key::named(name)).collect(),
            (Keys::These(keys), None) => keys.to_vec(),
            _ => Vec::new(),
        }
    }

    /// How its key is printed.
    #[must_use]
    pub fn shown(&self, model: &Model) -> String {
        let range = |letters: &str| {
            let (first, last) = (letters.chars().next(), letters.chars().last());
            first.zip(last).map(|(first, last)| format!("{first}-{last}")).unwrap_or_default()
        };
        match self.keys {
            Keys::These(_) => self.keys(model).first().map(|key| key.shown()).unwrap_or_default(),
            Keys::Letters(letters) => range(letters),
            Keys::Options => range(&letters_of(model)),
            Keys::Text => "text".to_owned(),
        }
    }

    /// How all its keys are printed, for the help page.
    #[must_use]
    pub fn all_shown(&self, model: &Model) -> String {
        match self.keys {
            Keys::These(_) => self.keys(model).iter().map(|key| key.shown()).collect::<Vec<_>>().join(" "),
            _ => self.shown(model),
        }
    }
}

/// The letters that options can have.
const LETTERS: &str = "abcdef";

/// The letters of the options on screen; all that there can be where no question is.
fn letters_of(model: &Model) -> String {
    let count = if model.options() == 0 { LETTERS.len() } else { model.options() };
    LETTERS.chars().take(count).collect()
}

/// Returns every set of tables that counts at the same time somewhere, with the tables that count everywhere.
fn groups() -> Vec<Vec<&'static [Binding]>> {
    let mut groups: Vec<Vec<&'static [Binding]>> = screens::groups();
    groups.extend([vec![HELP, MOVEMENT], vec![TYPING], vec![QUIT], vec![FINISHED], vec![TOUR]]);
    for group in &mut groups {
        group.push(COMMON);
    }
    groups
}

/// Returns every binding whose keys can be set, once, in the order of the screens.
#[must_use]
pub fn settable() -> Vec<&'static Binding> {
    let mut found: Vec<&'static Binding> = Vec::new();
    for binding in groups().into_iter().flatten().flatten() {
        let is_known = found.iter().any(|known| known.name == binding.name);
        if matches!(binding.keys, Keys::These(_)) && !is_known {
            found.push(binding);
        }
    }
    found
}

/// The most keys that a binding may be given.
const MOST_KEYS: usize = 8;

/// Checks the keys that a learner has set, by the names of bindings.
///
/// # Errors
/// The name of the setting at fault, and what is wrong with it: no such binding, no such key, or a key that another binding
/// of the same screen has. Two bindings that share a key by default never count at the same time, so that they may.
pub fn set(wanted: &BTreeMap<String, Vec<String>>) -> Result<KeyNames, (String, String)> {
    let known = settable();
    let mut names = KeyNames::default();
    for (name, keys) in wanted {
        let fault = |words: String| (name.clone(), words);
        if !known.iter().any(|binding| binding.name == name) {
            let words = "expected a name that dynadrill config lists, found ".to_owned() + name;
            return Err(fault(words));
        }
        if keys.is_empty() {
            return Err(fault("expected a key such as \"ctrl-g\", found none".to_owned()));
        }
        if keys.len() > MOST_KEYS {
            return Err(fault(format!("expected at most {MOST_KEYS} keys, found {}", keys.len())));
        }
        let parsed = keys.iter().map(|key| {
            let parsed = Key::named(key).map(Key::name);
            parsed.ok_or_else(|| {
                fault(format!("expected a key such as \"ctrl-g\", \"F5\" or \"v\", found {}", quoted(key)))
            })
        });
        names.set(name, parsed.collect::<Result<Vec<_>, _>>()?);
    }
    let by_default = |binding: &Binding| -> Vec<String> {
        if let Keys::These(keys) = binding.keys { keys.iter().map(|key| key.name()).collect() } else { Vec::new() }
    };
    let keys_of = |binding: &Binding| names.of(binding.name).map_or_else(|| by_default(binding), <[String]>::to_vec);
    for group in groups() {
        let bindings: Vec<&Binding> = group.into_iter().flatten().collect();
        for one in bindings.iter().filter(|one| names.of(one.name).is_some()) {
            for other in bindings.iter().filter(|other| other.name != one.name && !shares(one, other)) {
                // What is the program's own has been seen to be no double.
                let mut new = keys_of(one).into_iter().filter(|key| !by_default(one).contains(key));
                if let Some(double) = new.find(|key| keys_of(other).contains(key) || is_letter_of(other, key)) {
                    let words = format!("expected a key that {} does not have, found {}", other.name, quoted(&double));
                    return Err((one.name.to_owned(), words));
                }
            }
        }
    }
    Ok(names)
}

/// Whether two bindings have a key in common by default.
fn shares(one: &Binding, other: &Binding) -> bool {
    match (one.keys, other.keys) {
        (Keys::These(keys), Keys::These(others)) => keys.iter().any(|key| others.contains(key)),
        _ => false,
    }
}

/// Whether a key is one of the letters or digits that a binding takes all of.
fn is_letter_of(binding: &Binding, key: &str) -> bool {
    let letters = match binding.keys {
        Keys::Letters(letters) => letters,
        Keys::Options => LETTERS,
        Keys::These(_) | Keys::Text => "",
    };
    key.chars().count() == 1 && letters.contains(&key.to_lowercase())
}

/// What works on every screen.
const COMMON: &[Binding] = &[
    Binding::new("interrupt", Keys::These(&[ctrl('c')]), "clear, twice: leave", |_, _| Message::Interrupt).quiet(),
    Binding::new("suspend", Keys::These(&[ctrl('z')]), "suspend the program", |_, _| Message::Suspend).quiet(),
    Binding::new("palette", Keys::These(&[ctrl('p')]), "go to anything", |model, _| Message::Palette(actions(model))),
    Binding::new("back", Keys::These(&[key(KeyCode::Esc)]), "back", |_, _| Message::Back)
        .when(|model| (model.depth() > 0 || model.is_typing()) && !is_in_lab(model))
        .kept(),
    // At home it says how to leave, and does nothing else.
    Binding::new("stay", Keys::These(&[key(KeyCode::Esc)]), "", |_, _| Message::Back)
        .when(|model| model.depth() == 0 && !model.is_typing() && !is_in_lab(model))
        .quiet(),
    Binding::new("quit", Keys::These(&[char('q')]), "quit", |_, _| Message::Quit)
        .when(|model| can_quit(model) && model.depth() == 0)
        .kept(),
    // Elsewhere Esc leads out first.
    Binding::new("quit", Keys::These(&[char('q')]), "quit", |_, _| Message::Quit)
        .when(|model| can_quit(model) && model.depth() > 0),
    Binding::new("help", Keys::These(&[char('?'), key(KeyCode::F(10))]), "keys", |_, _| Message::Help)
        .when(|model| !is_text_at_hand(model))
        .quiet(),
    Binding::new("help.typing", Keys::These(&[key(KeyCode::F(10))]), "keys", |_, _| Message::Help)
        .when(is_text_at_hand)
        .quiet(),
];

/// Whether a key may end the program.
fn can_quit(model: &Model) -> bool {
    !model.is_typing() && model.overlay.is_none() && !is_in_lab(model)
}

/// Whether a lab is on screen with nothing over it: what Esc does there its own tables say.
fn is_in_lab(model: &Model) -> bool {
    model.overlay.is_none() && matches!(model.screen(), Screen::Lab(_))
}

/// What can be done on the screen, for the palette: what needs no letter of its own.
fn actions(model: &Model) -> Vec<KeyAction> {
    let own = screens::bindings(model.screen()).into_iter().take_while(|table| !is_movement(table)).flatten();
    let own = own.filter(|binding| (binding.when)(model) && !binding.label.is_empty());
    let single = own.filter(|binding| matches!(binding.keys, Keys::These(_)));
    single.map(|one| KeyAction { label: one.label, key: one.shown(model), message: one.message }).collect()
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

/// Whether a line on screen is wider than its pane.
fn is_wide(model: &Model) -> bool {
    model.extents.get(&Pane::Sideways).is_some_and(|extent| extent.last() > 0)
}

/// The binding that moves wide lines.
pub(super) const SIDEWAYS: &str = "sideways";

/// How many columns wide lines move at a time.
const PAN: i32 = 16;

/// Movement, wherever there is a list or a text.
pub(super) const MOVEMENT: &[Binding] = &[
    Binding::new("down", Keys::These(&[key(KeyCode::Down), char('j')]), "down", |_, _| Message::Move(Motion::Lines(1)))
        .quiet(),
    Binding::new("up", Keys::These(&[key(KeyCode::Up), char('k')]), "up", |_, _| Message::Move(Motion::Lines(-1)))
        .quiet(),
    Binding::new("page-down", Keys::These(&[key(KeyCode::PageDown), ctrl('f')]), "a page down", |_, _| {
        Message::Scroll(None, Motion::Pages(1))
    })
    .quiet(),
    Binding::new("page-up", Keys::These(&[key(KeyCode::PageUp), ctrl('b')]), "a page up", |_, _| {
        Message::Scroll(None, Motion::Pages(-1))
    })
    .quiet(),
    Binding::new(SIDEWAYS, Keys::These(&[char('>')]), "wide lines", |_, _| Message::Pan(PAN)).when(is_wide).kept(),
    Binding::new("sideways-back", Keys::These(&[char('<')]), "wide lines, back", |_, _| Message::Pan(-PAN))
        .when(is_wide)
        .quiet(),
    Binding::new("first", Keys::These(&[char('g'), key(KeyCode::Home)]), "to the beginning", |_, _| {
        Message::Move(Motion::Start)
    })
    .quiet(),
    Binding::new("last", Keys::These(&[char('G'), key(KeyCode::End)]), "to the end", |_, _| Message::Move(Motion::End))
        .quiet(),
];

/// Editing of one line: a filter, the palette.
pub(super) const TYPING: &[Binding] = &[
    Binding::new("type.accept", Keys::These(&[key(KeyCode::Enter)]), "open", |_, _| Message::Accept),
    Binding::new("type.down", Keys::These(&[key(KeyCode::Down), ctrl('n')]), "next", |_, _| {
        Message::Move(Motion::Lines(1))
    }),
    Binding::new("type.up", Keys::These(&[key(KeyCode::Up)]), "previous", |_, _| Message::Move(Motion::Lines(-1))),
    Binding::new("type.page-down", Keys::These(&[key(KeyCode::PageDown)]), "a page down", |_, _| {
        Message::Move(Motion::Pages(1))
    })
    .quiet(),
    Binding::new("type.page-up", Keys::These(&[key(KeyCode::PageUp)]), "a page up", |_, _| {
        Message::Move(Motion::Pages(-1))
    })
    .quiet(),
    Binding::new("type.erase", Keys::These(&[key(KeyCode::Backspace)]), "erase", |_, _| Message::Edit(Edit::Backspace))
        .quiet(),
    Binding::new("type.clear", Keys::These(&[ctrl('u')]), "clear", |_, _| Message::Edit(Edit::Clear)).quiet(),
    Binding::new("type.text", Keys::Text, "filters", |_, letter| Message::Edit(Edit::Insert(letter.to_string()))),
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
    Binding::new("finished.restart", Keys::These(&[char('n')]), "do it again from step 1", |model, _| {
        let name = if let Some(Overlay::Finished(name)) = &model.overlay { name.clone() } else { String::new() };
        Message::Open(Start::LabAnew(name))
    }),
];

/// Whether the last card of the tour is shown.
fn is_last_card(model: &Model) -> bool {
    matches!(model.overlay, Some(Overlay::Tour(at)) if at + 1 == crate::app::text::TOUR.len())
}

/// The tour.
const TOUR: &[Binding] = &[
    Binding::new("tour.next", Keys::These(&[key(KeyCode::Enter), char(' ')]), "next", |_, _| Message::Accept)
        .when(|model| !is_last_card(model)),
    Binding::new("tour.lab", Keys::These(&[key(KeyCode::Enter), char(' ')]), "open the first lab", |_, _| {
        Message::Accept
    })
    .when(is_last_card),
    Binding::new("tour.forward", Keys::These(&[key(KeyCode::Right), key(KeyCode::Down), char('j')]), "next", |_, _| {
        Message::Move(Motion::Lines(1))
    })
    .when(|model| !is_last_card(model))
    .quiet(),
    Binding::new("tour.back", Keys::These(&[key(KeyCode::Left), key(KeyCode::Up), char('k')]), "previous", |_, _| {
        Message::Move(Motion::Lines(-1))
    })
    .when(|model| !matches!(model.overlay, Some(Overlay::Tour(0)))),
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
    fn every_key_is_called_by_its_name() {
        for binding in settable() {
            let Keys::These(keys) = binding.keys else { continue };
            for key in keys {
                assert_eq!(Key::named(&key.name()), Some(*key), "{}", key.name());
            }
        }
        assert_eq!(Key::named("alt-F3"), Some(Key { code: KeyCode::F(3), control: false, alt: true }));
        for none in ["", "pgdwn", "F13", "ctrl-", "hyper-x"] {
            assert_eq!(Key::named(none), None, "{none}");
        }
    }

    #[test]
    fn a_chosen_key_takes_the_place_of_the_own_one_everywhere() {
        let mut model = Model::new(Arc::new(Library::default()), Standing::default());
        let press = |code| KeyEvent::new(code, KeyModifiers::NONE);
        assert!(matches!(message(press(KeyCode::Char('q')), &model), Some(Message::Quit)));
        model.keys.set("quit", vec!["F9".to_owned(), "Q".to_owned()]);
        assert!(message(press(KeyCode::Char('q')), &model).is_none());
        for code in [KeyCode::F(9), KeyCode::Char('Q')] {
            assert!(matches!(message(press(code), &model), Some(Message::Quit)));
        }
        let quit = bindings(&model).find(|binding| binding.name == "quit").map(|quit| quit.all_shown(&model));
        assert_eq!(quit.as_deref(), Some("F9 Q"));
    }
}
