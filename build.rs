//! Tells Cargo that the content is part of the binary: without this, a question or lab file that is added later is
//! silently missing from the next build.

fn main() {
    for folder in ["questions", "labs", "src"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
