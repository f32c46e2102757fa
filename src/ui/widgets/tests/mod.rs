//! Pictures as golden texts at three widths, in blocks and in ASCII; `laws` has what holds of any picture in any area.

use std::fmt::Write as _;

use super::*;
use crate::app::figures::*;
use crate::app::line::Role;

mod laws;
mod samples;

use samples::{cost, load, plans, query, refused_put, scan, streams, tables, traffic, way};

/// A picture drawn into a buffer of a size, as text without blanks at the ends of its rows.
fn drawn(picture: &dyn Picture, width: u16, height: u16, glyphs: Glyphs) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    Placed { picture, theme: Theme::Dark, glyphs, scroll: 0 }.render(area, &mut buffer);
    text(&buffer)
}

fn text(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row = |y: u16| -> String { (0..area.width).map(|x| buffer[(x, y)].symbol()).collect() };
    (0..area.height).map(|y| row(y).trim_end().to_owned()).collect()
}

/// A picture at all widths and in both sets of characters, as one text.
fn golden(picture: &dyn Picture) -> String {
    let mut out = String::new();
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        for width in [24, 60, 110] {
            let _ = writeln!(out, "--- {glyphs:?} {width}");
            let height = picture.lines(usize::from(width), glyphs).len();
            for line in drawn(picture, width, u16::try_from(height).unwrap(), glyphs) {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out
}

/// Compares a picture with the golden text. With UPDATE_GOLDEN=1 it is replaced; read the difference before committing it.
fn check(name: &str, picture: &dyn Picture) {
    let path = format!("{}/src/ui/widgets/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let found = golden(picture);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for (number, (found, kept)) in found.lines().zip(kept.lines()).enumerate() {
        assert_eq!(found, kept, "{name}, line {}", number + 1);
    }
    assert_eq!(found.lines().count(), kept.lines().count(), "{name}");
}

#[test]
fn pictures_look_as_they_did() {
    check("plan", &PlansPicture(&plans(vec![scan(), refused_put()], false)));
    check("compare", &PlansPicture(&plans(vec![scan(), query()], true)));
    check("partitions", &Loads { loads: &[load()], traffic: Some(&traffic()) });
    check("tables", &Tables(&tables()));
    check("streams", &Streams(&streams()));
    check("cost", &Cost(&cost()));
    let mut young = cost();
    let bill = young.bills.remove(0);
    young.bills.push(BillFigures { seen: 412, month: None, on_demand: "$0.000314".into(), ..bill });
    check("cost-young", &Cost(&young));
    let bars = Bars { has_track: true, numbers_first: true, ..Bars::default() };
    check("bars", &Bars { ways: vec![way("you said", 9000.0, "9,000"), way("measured", 4001.0, "4,001")], ..bars });
    let level =
        Gauge { label: "burst".into(), value: 242.0, of: 300.0, number: "242 of 300 s".into(), ..Gauge::default() };
    check("level", &level);
    let values = (0..60).map(f64::from).collect();
    check("spark", &Spark { label: "WCU/s".into(), values, number: "59 of 60".into(), ..Spark::default() });
    check("strip", &Strip { label: "Orders".into(), stretches: scan().stretches.unwrap(), role: Role::Good });
    check("sum", &SumPicture { label: "page 1".into(), sum: &scan().sums[0] });
}

#[test]
fn the_panel_says_how_much_there_is_and_shows_what_is_scrolled_to() {
    let figures = WorldFigures { loads: vec![load()], ..WorldFigures::default() };
    let panel = WorldPanel { tab: Tab::Partitions, figures: &figures, scroll: 0 };
    let draw = |panel: WorldPanel, area: Rect| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 20));
        let count = panel.draw(area, &mut buffer, Theme::Plain, Glyphs::Unicode);
        (count, text(&buffer))
    };
    let (count, all) = draw(panel, Rect::new(0, 0, 60, 20));
    assert_eq!(all[0], " 1 plan  2 tables [3 partitions] 4 streams  5 cost");
    assert!(all[2].starts_with("Votes  provisioned"), "{}", all[2]);
    assert_eq!(count, 2 + panel.lines(60, Glyphs::Unicode).len());
    let (same, scrolled) = draw(WorldPanel { scroll: 3, ..panel }, Rect::new(0, 5, 60, 4));
    assert_eq!((same, &scrolled[5], &scrolled[7]), (count, &all[0], &all[5]));
    assert_eq!(scrolled[9], "", "nothing is drawn outside the area");
    let (_, narrow) = draw(panel, Rect::new(0, 0, 30, 20));
    assert_eq!(narrow[0], " 1  2 [3 partitions] 4  5");
}

#[test]
fn what_is_a_model_says_so() {
    let says = |picture: &dyn Picture, width: usize| {
        picture.lines(width, Glyphs::Ascii).iter().any(|line| line.plain().contains("model"))
    };
    for width in [20, 24, 60, 110] {
        assert!(says(&Loads { loads: &[load()], traffic: None }, width));
        assert!(says(&TrafficPicture(&traffic()), width));
        assert!(says(&Tables(&tables()), width), "an index lags");
        assert!(says(&Streams(&streams()), width));
        assert!(says(&Cost(&cost()), width), "a bill is one");
    }
}

#[test]
fn ascii_is_ascii() {
    let pictures: [&dyn Picture; 6] = [
        &PlansPicture(&plans(vec![scan(), query(), refused_put()], true)),
        &PlansPicture(&plans(vec![scan(), query(), refused_put()], false)),
        &Loads { loads: &[load()], traffic: Some(&traffic()) },
        &Tables(&tables()),
        &Streams(&streams()),
        &Cost(&cost()),
    ];
    for picture in pictures {
        for width in 1..130 {
            for line in picture.lines(width, Glyphs::Ascii) {
                assert!(line.plain().is_ascii(), "{}", line.plain());
            }
        }
    }
}
