//! Lines of the AWS CLI, as they are typed.

#![no_main]

libfuzzer_sys::fuzz_target!(|line: &str| {
    let _ = dynadrill::aws_cli::words(line);
    let _ = dynadrill::aws_cli::parse(line, &|name| Err(format!("there is no file {name}")));
});
