//! `file://` values: read only inside the directory the learner started in.
//!
//! Source: AWS CLI user guide, "Load a parameter from a file".

use std::path::{Path, PathBuf};

use crate::files;

/// The largest file that is read, in bytes: 16 MB, as much as a request may have.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Where values may be read from.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    /// The directory; `None` if no files are read at all.
    root: Option<PathBuf>,
}

impl Files {
    /// Files inside `root`.
    pub(super) const fn inside(root: PathBuf) -> Self {
        Self { root: Some(root) }
    }

    /// The text of a file, named relative to the directory or absolutely.
    ///
    /// # Errors
    /// Why it is not read, in words.
    pub(super) fn read(&self, name: &str) -> Result<String, String> {
        let Some(root) = &self.root else {
            return Err("Files are not read here; write the value itself".to_owned());
        };
        let failed = |error: std::io::Error| format!("The file {name} cannot be read: {error}");
        let root = root.canonicalize().map_err(failed)?;
        // Links are followed first, so that none leads out of the directory.
        let path = root.join(Path::new(name)).canonicalize().map_err(failed)?;
        if !path.starts_with(&root) {
            return Err(format!("{name} lies outside of {}; files are read only inside it", root.display()));
        }
        files::read_text(&path, MAX_BYTES).map_err(|refusal| format!("The file {name} cannot be read: {refusal}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::fs;

    use super::*;

    #[test]
    fn only_files_inside_the_directory_are_read() {
        let home = tempfile::tempdir().unwrap();
        let inside = home.path().join("in");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("key.json"), "{}").unwrap();
        fs::write(inside.join("picture"), [0xff, 0xfe]).unwrap();
        fs::write(home.path().join("secret"), "s").unwrap();
        let files = Files::inside(inside.clone());
        assert_eq!(files.read("key.json").unwrap(), "{}");
        assert_eq!(files.read(inside.join("key.json").to_str().unwrap()).unwrap(), "{}");
        assert!(files.read("../secret").unwrap_err().contains("only inside"));
        assert!(files.read("nothing").unwrap_err().contains("cannot be read"));
        assert!(files.read(".").unwrap_err().contains("it is not a file (a directory)"));
        assert!(files.read("picture").unwrap_err().contains("UTF-8"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path().join("secret"), inside.join("link")).unwrap();
            assert!(files.read("link").unwrap_err().contains("only inside"));
        }
        assert!(Files::default().read("key.json").unwrap_err().contains("not read here"));
    }
}
