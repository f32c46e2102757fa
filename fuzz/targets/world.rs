//! The world that inputs meet: a shop with some tables, the same for each input.

use std::sync::LazyLock;

use dynadrill::lab::{self, Workbench};

static SHOP: LazyLock<Workbench> = LazyLock::new(|| lab::shop().expect("the shop is set up"));

/// Returns the shop as it is at its beginning.
pub fn shop() -> Workbench {
    SHOP.clone()
}
