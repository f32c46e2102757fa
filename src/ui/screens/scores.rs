//! The scores.

use ratatui::layout::Rect;

use crate::app::pane::Pane;
use crate::app::screens::Scores;
use crate::app::{Model, stats};
use crate::ui::canvas::Canvas;
use crate::ui::keys::Binding;

pub(super) const BINDINGS: &[Binding] = &[];

pub(super) fn view(scores: Scores, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let lines = stats::lines(&model.library, &model.standing.summary, &model.standing.log);
    canvas.text(area, Pane::Main, &lines, scores.scroll);
}
