//! How large the program is: what a release would have people download.
//!
//! The program that tests run is not a release, and carries what a debugger reads, which a release does not. Left out of it,
//! it has the parts of a release, somewhat less tight: a part that does not belong into the program, or content that has
//! grown out of proportion, shows here as it would there. `cargo test --test size -- --nocapture` tells the figures.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops at the first surprise, and this one tells")]

/// The most bytes of questions and labs in the packed form that the program carries.
const MOST_CONTENT: u64 = 4 << 20;

#[test]
fn the_content_is_packed_small() {
    let packed = std::fs::metadata(concat!(env!("OUT_DIR"), "/content.bin")).unwrap().len();
    println!("content: {packed} bytes, of {MOST_CONTENT}");
    assert!(packed <= MOST_CONTENT, "the packed content has {packed} bytes, more than {MOST_CONTENT}");
    assert!(packed > MOST_CONTENT / 8, "{packed} bytes are not all of it");
}

/// What is loaded when the program runs, which is nearly all that is left of it without what a debugger reads.
#[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
#[test]
fn the_program_is_no_larger_than_it_must_be() {
    /// The most bytes.
    const MOST: u64 = 40 << 20;
    let program = std::fs::read(env!("CARGO_BIN_EXE_dynadrill")).unwrap();
    let loaded = elf::loaded_bytes(&program);
    println!("program: {loaded} bytes, of {MOST}");
    assert!(loaded <= MOST, "the program takes {loaded} bytes without what a debugger reads, more than {MOST}");
    assert!(loaded > MOST / 4, "{loaded} bytes are not all of it");
}

/// As much of the Executable and Linkable Format as it takes to tell the sections apart.
///
/// Source: System V Application Binary Interface, "Object Files", with 64 bits and the least significant byte first.
#[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
mod elf {
    /// A section that takes memory but no room in the file.
    const SHT_NOBITS: u64 = 8;
    /// The flag of a section that is in memory when the program runs.
    const SHF_ALLOC: u64 = 2;

    /// A number of so many bytes.
    fn number(file: &[u8], at: u64, bytes: usize) -> u64 {
        let at = usize::try_from(at).unwrap();
        file[at..at + bytes].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// How many bytes of a file are in memory when it runs.
    pub(super) fn loaded_bytes(file: &[u8]) -> u64 {
        assert!(file.starts_with(b"\x7fELF\x02\x01"), "expected a program of 64 bits");
        let (table, size, count) = (number(file, 0x28, 8), number(file, 0x3a, 2), number(file, 0x3c, 2));
        let sections = (0..count).map(|section| table + section * size);
        let is_loaded =
            |section: &u64| number(file, section + 4, 4) != SHT_NOBITS && number(file, section + 8, 8) & SHF_ALLOC != 0;
        sections.filter(is_loaded).map(|section| number(file, section + 0x20, 8)).sum()
    }
}
