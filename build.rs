//! Packs the content into the binary: each YAML file is read here, once, and not at each start. What `content::packed`
//! reads is written here.
//!
//! A question or lab file that is added later is packed with the next build: Cargo is told to look into the folders.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "src/content/cut.rs"]
mod cut;

fn main() -> Result<(), Box<dyn Error>> {
    let mut packed = Vec::new();
    for folder in ["questions", "labs"] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files: Vec<_> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
        // The same bytes on every machine.
        files.sort();
        for file in files {
            let parts = parts(&fs::read_to_string(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            write(&mut packed, format!("{folder}/{name}").as_bytes())?;
            packed.extend(u32::try_from(parts.len())?.to_le_bytes());
            for (line, bytes) in parts {
                packed.extend(u32::try_from(line)?.to_le_bytes());
                write(&mut packed, &bytes)?;
            }
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("content.bin"), packed)?;
    Ok(())
}

/// A part of a file: the line that it begins on, and its bytes.
type Part = (usize, Vec<u8>);

/// What a file holds: the elements of its list of questions, or the whole.
fn parts(text: &str) -> Result<Vec<Part>, Box<dyn Error>> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = cut::starts(text, "questions");
    if starts.is_empty() {
        return Ok(vec![(1, value(text)?)]);
    }
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts.iter().zip(ends).map(|(start, end)| Ok((start + 1, value(&lines[*start..end].join("\n"))?))).collect()
}

fn value(yaml: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(rmp_serde::to_vec(&serde_yaml::from_str::<serde_yaml::Value>(yaml)?)?)
}

fn write(packed: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    packed.extend(u32::try_from(bytes.len())?.to_le_bytes());
    packed.extend(bytes);
    Ok(())
}
