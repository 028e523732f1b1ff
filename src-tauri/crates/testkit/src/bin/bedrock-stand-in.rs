//! A stand-in Bedrock for trying the app without AWS: prints its address, then serves until it is stopped.
//!
//! `bedrock-stand-in [--port N] [--script FILE.json]`; without a script it answers any question by
//! counting the rows of the first table.

use std::process::ExitCode;

use buzz_testkit::bedrock::{Script, StandIn};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            #[allow(
                clippy::print_stderr,
                reason = "this is a program, and this is its one error message"
            )]
            {
                eprintln!("bedrock-stand-in: {message}");
            }
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let mut port = 0;
    let mut script = Script::demo();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--port" => {
                port = value()?
                    .parse()
                    .map_err(|_| "--port needs a number from 0 to 65535".to_owned())?
            }
            "--script" => {
                let path = value()?;
                let text =
                    std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
                script = Script::from_json(&text).map_err(|error| format!("{path}: {error}"))?;
            }
            _ => {
                return Err(format!(
                    "unknown argument {argument}; known are --port N and --script FILE.json"
                ));
            }
        }
    }
    let stand_in =
        StandIn::start_on(port, script).map_err(|error| format!("port {port}: {error}"))?;
    #[allow(clippy::print_stdout, reason = "the address is what the caller reads")]
    {
        use std::io::Write as _;
        println!("{}", stand_in.url());
        std::io::stdout()
            .flush()
            .map_err(|error| error.to_string())?;
    }
    stand_in.join();
    Ok(())
}
