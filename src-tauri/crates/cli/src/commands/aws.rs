//! `buzz aws`: the profiles there are, who the one in use is, and the models it may call.

use std::sync::Arc;

use buzz_chat::bedrock::{self, CallerIdentity, ConfigFiles, ModelInfo, ProfileInfo};
use buzz_chat::cancelled;
use serde::Serialize;

use crate::args::Aws;
use crate::commands::{Context, account, runtime};
use crate::error::Failure;
use crate::output::{Heading, clipped, one_line, table};

/// What was found out; what could not be is `null` or missing, and the error says why.
#[derive(Debug, Default, Serialize)]
struct Found {
    profiles: Vec<ProfileInfo>,
    profile: Option<String>,
    region: Option<String>,
    identity: Option<CallerIdentity>,
    models: Vec<ModelInfo>,
}

/// Looks at the configuration, asks who the profile is, and lists the models.
pub fn run(args: &Aws, context: &Context) -> Result<(), Failure> {
    let library = Arc::new(context.open()?);
    let settings = account(&library, &args.account, None)?;
    let mut found = Found::default();
    let outcome = runtime()?.block_on(async {
        tokio::select! {
            outcome = async {
                found.profiles = bedrock::profiles(&ConfigFiles::default()).await?;
                let account = bedrock::Account::open(&settings, &library).await?;
                found.profile = account.profile().map(str::to_owned);
                found.region = Some(account.region().to_owned());
                found.identity = Some(account.identity().await?);
                found.models = account.models().await?;
                Ok::<(), Failure>(())
            } => outcome,
            () = cancelled(&context.cancel) => Err(Failure::new("cancelled", "stopped before everything was known")),
        }
    });
    if context.output.json {
        context.output.document(&found)?;
    } else {
        context.output.print(&text(&found))?;
    }
    outcome
}

fn text(found: &Found) -> String {
    let mut text = String::new();
    if found.profiles.is_empty() {
        text.push_str("There are no AWS profiles on this computer.\n");
    } else {
        let headings = [
            Heading::text("profile"),
            Heading::text("credentials"),
            Heading::text("region"),
        ];
        let rows = found
            .profiles
            .iter()
            .map(|profile| {
                vec![
                    clipped(&profile.name, 60),
                    word(&profile.kind).replace('_', " "),
                    one_line(profile.region.as_deref().unwrap_or_default()),
                ]
            })
            .collect();
        text.push_str(&table(&headings, rows));
    }
    if let Some(identity) = &found.identity {
        text.push_str(&format!(
            "\nIn use: {} in account {}, region {}{}\n",
            one_line(&identity.arn),
            one_line(&identity.account),
            one_line(&identity.region),
            found
                .profile
                .as_deref()
                .map_or(String::new(), |name| format!(
                    ", profile {}",
                    one_line(name)
                ))
        ));
    }
    if !found.models.is_empty() {
        let headings = [
            Heading::text("model"),
            Heading::text("name"),
            Heading::text("from"),
            Heading::text("where"),
            Heading::text(""),
        ];
        let rows = found
            .models
            .iter()
            .map(|model| {
                vec![
                    clipped(&model.id, 80),
                    clipped(&model.name, 60),
                    clipped(&model.provider, 30),
                    one_line(model.geography.as_deref().unwrap_or("this region")),
                    if model.is_default {
                        "default".to_owned()
                    } else if model.may_leave {
                        "may leave the region's geography".to_owned()
                    } else {
                        String::new()
                    },
                ]
            })
            .collect();
        text.push('\n');
        text.push_str(&table(&headings, rows));
    }
    text
}

/// The word by which a value of an enumeration goes in JSON.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
