//! `lab code`: a folder to begin in, with the programs that a lab starts from, what to source and how to run them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Usage;
use crate::content::Lab;
use crate::content::lab::code::{Code, ProgramLanguage, Starter};
use crate::http;
use crate::safe_text;

/// The Region of labs.
const REGION: &str = "us-east-1";
/// What a JavaScript program needs.
const PACKAGE: &str = r#"{
  "private": true,
  "type": "module",
  "dependencies": {
    "@aws-sdk/client-dynamodb": "^3",
    "@aws-sdk/client-lambda": "^3",
    "@aws-sdk/lib-dynamodb": "^3"
  }
}
"#;

/// Writes the folder of a lab, in one language or in all that it has; returns the files. Nothing that is there is written
/// over.
///
/// # Errors
/// The lab is not done in code, has no such language, or a file is there already or cannot be written.
pub(super) fn write(lab: &Lab, language: Option<ProgramLanguage>, root: &Path, port: u16) -> Result<Vec<PathBuf>> {
    let Some(code) = &lab.code else {
        return Err(Usage::of(format!(
            "{} has no programs to start from; do it with dynadrill lab start {0}",
            lab.name
        ))
        .into());
    };
    let starters: Vec<(ProgramLanguage, &Starter)> = code
        .starters
        .iter()
        .filter(|(known, _)| language.is_none_or(|wanted| wanted == **known))
        .map(|(known, starter)| (*known, starter))
        .collect();
    if starters.is_empty() {
        let known: Vec<&str> = code.starters.keys().map(|known| known.name()).collect();
        return Err(Usage::of(format!("{} can be done in {}", lab.name, known.join(", "))).into());
    }
    let mut files = vec![
        ("README.md".to_owned(), safe_text::block(&readme(lab, code, &starters, port)).into_owned()),
        ("env.sh".to_owned(), environment(port)),
    ];
    for (language, starter) in &starters {
        files.push((starter.file.clone(), starter.text.clone()));
        files.extend(starter.beside.iter().map(|(name, text)| (name.clone(), text.clone())));
        match language {
            ProgramLanguage::Python => files.push(("requirements.txt".to_owned(), "boto3\n".to_owned())),
            ProgramLanguage::JavaScript => files.push(("package.json".to_owned(), PACKAGE.to_owned())),
            ProgramLanguage::Java | ProgramLanguage::Rust => {}
        }
    }
    fs::create_dir_all(root).with_context(|| format!("{} cannot be made", root.display()))?;
    // All or nothing: a folder that is half one lab and half another helps nobody.
    if let Some((name, _)) = files.iter().find(|(name, _)| root.join(name).exists()) {
        anyhow::bail!("{} is there already; nothing was written", root.join(name).display());
    }
    files.iter().map(|(name, text)| put(root.join(name), text)).collect()
}

fn put(file: PathBuf, text: &str) -> Result<PathBuf> {
    let written = File::create_new(&file).and_then(|mut new| io::Write::write_all(&mut new, text.as_bytes()));
    let written: io::Result<()> = written;
    written.with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

/// What to source so that every SDK finds the endpoint, and no real credentials are touched.
fn environment(port: u16) -> String {
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
    let mut lines = vec![
        "# Source this before you run your program: it talks to the lab then, and to nothing else.".to_owned(),
        "unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL".to_owned(),
        "export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true"
            .to_owned(),
    ];
    lines.extend(http::announcement(address, REGION, &http::LAB_SERVICES).into_iter().skip(1));
    lines.push(http::runtime_announcement(address));
    lines.join("\n") + "\n"
}

/// How a program of a language is prepared and run.
fn commands(language: ProgramLanguage, starter: &Starter) -> (Option<&'static str>, String) {
    let (prepare, run) = match language {
        ProgramLanguage::Python => (Some("pip install -r requirements.txt"), format!("python {}", starter.file)),
        ProgramLanguage::JavaScript => (Some("npm install"), format!("node {}", starter.file)),
        ProgramLanguage::Java => (None, format!("java {}", starter.file)),
        ProgramLanguage::Rust => (None, "cargo run".to_owned()),
    };
    (prepare, starter.run.clone().unwrap_or(run))
}

/// The port that a lab is served at if no other is asked for.
pub(super) const SERVED_PORT: u16 = 8000;

/// The flag that serves at a port, if it is not where a lab is served anyway.
pub(super) fn at_port(port: u16) -> String {
    if port == SERVED_PORT { String::new() } else { format!(" --port {port}") }
}

fn readme(lab: &Lab, code: &Code, starters: &[(ProgramLanguage, &Starter)], port: u16) -> String {
    let mut text = format!("# {}\n\n{}\n", lab.title, lab.intro.trim());
    let about = code.about.trim();
    if !about.is_empty() {
        let _ = write!(text, "\n{about}\n");
    }
    let _ = write!(
        text,
        "\n## Run it\n\nIn one terminal, start the lab. It shows each request, and says what is missing when your program ends:\n\n\
         ```\ndynadrill lab serve {}{}\n```\n\nIn another terminal, in this folder:\n\n",
        lab.name,
        at_port(port),
    );
    for (language, starter) in starters {
        let (prepare, run) = commands(*language, starter);
        let prepare = prepare.map(|line| format!("{line}\n")).unwrap_or_default();
        let _ = write!(text, "{language}:\n\n```\n. ./env.sh\n{prepare}{run}\n```\n\n");
    }
    text += "Edit the program until every step is done. Each run of it begins the step again. In the lab's terminal you can type\n\
             `hint`, `check`, `solution` (as AWS CLI commands) and `restart`; `lab serve` with `--step N` goes to a step.\n\n## Steps\n";
    for (place, step) in lab.steps.iter().enumerate() {
        let _ = write!(text, "\n{}. **{}**", place + 1, step.title);
        for paragraph in
            [step.why.trim(), step.text.trim(), step.task.trim()].into_iter().filter(|text| !text.is_empty())
        {
            let lines: Vec<String> = paragraph.lines().map(|line| format!("   {line}").trim_end().to_owned()).collect();
            let _ = write!(text, "\n\n{}", lines.join("\n"));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{self, Source};

    #[test]
    fn what_a_pack_says_cannot_steer_the_terminal_that_shows_the_readme() {
        let library = content::load(&Source::Embedded).0;
        let mut lab = library.labs.iter().find(|lab| lab.code.is_some()).cloned().expect("a lab is done in code");
        let hostile = "\u{1b}[2J\u{202e}\u{7}";
        lab.title.push_str(hostile);
        lab.intro.push_str(hostile);
        lab.steps[0].task.push_str(hostile);
        if let Some(code) = &mut lab.code {
            code.about.push_str(hostile);
        }
        let folder = tempfile::tempdir().unwrap();
        write(&lab, None, folder.path(), SERVED_PORT).unwrap();
        let readme = fs::read_to_string(folder.path().join("README.md")).unwrap();
        assert!(readme.contains(lab.intro.trim_end_matches(hostile)), "{readme}");
        let steering = readme.chars().filter(|letter| *letter != '\n' && safe_text::must_be_marked(*letter));
        assert_eq!(steering.collect::<String>(), "", "{readme:?}");
    }
}
