//! The tour: what there is, and the keys, in cards of a few lines.

/// The cards: a title and a paragraph each.
pub const TOUR: [(&str, &str); 4] = [
    (
        "Questions",
        "You get questions like those of the exam. A letter marks an option, Enter answers. Then you see why each option is \
         right or wrong, and p runs the options against a real table, so that you see what each of them costs.",
    ),
    (
        "Labs",
        "A lab has tables that answer, refuse and charge as DynamoDB does. Enter puts the first command into the prompt: fill in its gaps \
         (___), and Enter runs it. The panel beside it draws what was read, what it cost, and how hot each partition is.",
    ),
    (
        "Reviews and exams",
        "A question comes back before you forget its answer: Today on the home screen says what is due and why. An exam is \
         20 or 65 questions against the clock, and its report is kept.",
    ),
    (
        "Keys",
        "? shows the keys of each screen, Ctrl-P goes to anything by its name, Esc goes back. Everything is saved as you do \
         it. Enter opens the first lab now; Esc closes this.",
    ),
];
