//! Profiles, who they are, and what they may call.

use std::sync::Arc;

use buzz_chat::Model as _;
use buzz_chat::ModelError;
use buzz_chat::bedrock::{
    Account, Bedrock, ConfigFiles, ModelKind, ProfileInfo, ProfileKind, Settings, Timeouts,
    profiles,
};
use buzz_testkit::Scratch;
use buzz_testkit::bedrock::{
    ControlError, FoundationModel, InferenceProfile, Script, StandIn, Turn,
};

use crate::world::World;

struct Setup {
    scratch: Scratch,
    stand_in: StandIn,
}

impl Setup {
    fn new(script: Script) -> Self {
        Self {
            scratch: Scratch::new(),
            stand_in: StandIn::start(script),
        }
    }

    /// The settings of a profile in a config file with these sections after the stand-in's own.
    fn settings(&self, profile: &str, sections: &str) -> Settings {
        let (config, credentials) = self.stand_in.config_files(self.scratch.folder());
        std::fs::write(
            &config,
            format!("{}\n{sections}", self.stand_in.config_text()),
        )
        .unwrap();
        Settings {
            profile: Some(profile.to_owned()),
            files: ConfigFiles {
                config: Some(config),
                credentials: Some(credentials),
            },
            ..Settings::default()
        }
    }

    async fn open(&self, settings: &Settings) -> Result<Account, ModelError> {
        Account::open(settings, self.scratch.library()).await
    }

    /// Why a profile cannot say who it is.
    async fn failure(&self, profile: &str, sections: &str) -> ModelError {
        match self.open(&self.settings(profile, sections)).await {
            Ok(account) => account.identity().await.unwrap_err(),
            Err(error) => error,
        }
    }
}

#[tokio::test]
async fn profiles_are_found_with_their_kind_and_region() {
    let folder = tempfile::tempdir().unwrap();
    let (config, credentials) = (
        folder.path().join("config"),
        folder.path().join("credentials"),
    );
    std::fs::write(
        &config,
        "[profile work]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nregion = eu-central-1\n\
         [sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://corp.example/start\n\
         [profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = work\n\
         [profile tool]\ncredential_process = /bin/tool\n\
         [profile console]\nlogin_session = arn:aws:iam::1:user/u\n\
         [profile web]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = /t\n\
         [profile bare]\nregion = us-west-2\n[services s]\nbedrock =\n  endpoint_url = http://localhost\n",
    )
    .unwrap();
    std::fs::write(
        &credentials,
        "[default]\naws_access_key_id = a\naws_secret_access_key = b\n",
    )
    .unwrap();
    let files = ConfigFiles {
        config: Some(config),
        credentials: Some(credentials),
    };
    let found = profiles(&files).await.unwrap();
    let expected = [
        ("default", ProfileKind::StaticKeys, None),
        ("bare", ProfileKind::None, Some("us-west-2")),
        ("console", ProfileKind::Login, None),
        ("role", ProfileKind::AssumeRole, None),
        ("tool", ProfileKind::CredentialProcess, None),
        ("web", ProfileKind::WebIdentity, None),
        ("work", ProfileKind::Sso, Some("eu-central-1")),
    ]
    .map(|(name, kind, region)| ProfileInfo {
        name: name.to_owned(),
        kind,
        region: region.map(str::to_owned),
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_config_file_that_is_broken_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, "[profile x\nregion\n").unwrap();
    let files = ConfigFiles {
        config: Some(config.clone()),
        credentials: Some(config),
    };
    assert_eq!(
        profiles(&files).await.unwrap_err().code,
        "config_unreadable"
    );
}

#[tokio::test]
async fn who_the_profile_is_and_it_stands_in_the_ledger() {
    let setup = Setup::new(Script::default());
    let account = setup.open(&setup.settings("default", "")).await.unwrap();
    let identity = account.identity().await.unwrap();
    assert_eq!(
        (identity.account.as_str(), identity.region.as_str()),
        ("123456789012", "us-east-1")
    );
    assert!(identity.arn.contains("Analyst"));
    assert!(
        setup
            .stand_in
            .requests()
            .iter()
            .all(|request| request.verified)
    );
    let ledger = setup.scratch.library().ledger(10).unwrap();
    assert_eq!(
        (
            ledger[0].entry.service.as_str(),
            ledger[0].entry.operation.as_str()
        ),
        ("sts", "GetCallerIdentity")
    );
    assert_eq!(ledger[0].entry.endpoint, setup.stand_in.url());
    assert!(ledger[0].entry.payload.contains("Action=GetCallerIdentity"));
    assert_eq!(ledger[0].outcome.as_ref().unwrap().status, "ok");
}

#[tokio::test]
async fn the_models_come_from_the_accounts_own_lists() {
    let setup = Setup::new(Script::default());
    let account = setup.open(&setup.settings("default", "")).await.unwrap();
    let models = account.models().await.unwrap();
    let default = &models[0];
    assert!(default.is_default);
    assert_eq!(default.id, "us.anthropic.claude-sonnet-4-5-20250929-v1:0");
    assert_eq!(
        (default.provider.as_str(), default.geography.as_deref()),
        ("Anthropic", Some("us"))
    );
    assert_eq!(default.kind, ModelKind::InferenceProfile);
    assert!(
        models
            .iter()
            .any(|model| model.geography.as_deref() == Some("global") && !model.is_default)
    );
    assert!(models.iter().any(
        |model| model.kind == ModelKind::FoundationModel && model.id == "amazon.nova-pro-v1:0"
    ));
    assert!(
        models.iter().all(|model| !model.id.contains("titan-embed")),
        "what cannot talk is not listed"
    );
    let operations: Vec<String> = setup
        .scratch
        .library()
        .ledger(10)
        .unwrap()
        .into_iter()
        .map(|l| l.entry.operation)
        .collect();
    assert_eq!(
        operations,
        ["ListFoundationModels", "ListInferenceProfiles"]
    );
}

#[tokio::test]
async fn the_default_model_is_what_is_asked() {
    let world = World::playing(Script {
        turns: vec![Turn::text("Hello.")],
        ..Script::default()
    });
    let settings = Settings {
        model: None,
        ..world.settings.clone()
    };
    let model = Bedrock::connect(&settings, world.library()).await.unwrap();
    assert_eq!(
        model.identity().model,
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    );
    let settings = Settings {
        region: Some("eu-west-1".to_owned()),
        ..settings
    };
    let error = Bedrock::connect(&settings, world.library())
        .await
        .map(|m| m.identity())
        .unwrap_or_else(|_| panic!());
    assert_eq!(
        error.model, "amazon.nova-pro-v1:0",
        "what is called on demand stays in the region"
    );
}

#[tokio::test]
async fn nothing_in_the_geography_means_no_default() {
    let setup = Setup::new(Script {
        inference_profiles: vec![InferenceProfile::system(
            "global.anthropic.claude-x-v1:0",
            "Global Claude X",
        )],
        foundation_models: vec![FoundationModel::new(
            "anthropic.claude-x-v1:0",
            "Claude X",
            "Anthropic",
            "INFERENCE_PROFILE",
        )],
        ..Script::default()
    });
    let error = Bedrock::connect(&setup.settings("default", ""), setup.scratch.library())
        .await
        .unwrap_err();
    assert_eq!(error.code, "no_default_model");
    assert!(
        error.message.contains("global.anthropic.claude-x-v1:0"),
        "{error}"
    );
    let setup = Setup::new(Script {
        inference_profiles: vec![],
        foundation_models: vec![],
        ..Script::default()
    });
    let error = Bedrock::connect(&setup.settings("default", ""), setup.scratch.library())
        .await
        .unwrap_err();
    assert_eq!(error.code, "no_default_model");
}

#[tokio::test]
async fn one_of_the_two_lists_is_enough() {
    let denied = |operation: &str| ControlError {
        operation: operation.to_owned(),
        status: 403,
        kind: "AccessDeniedException".to_owned(),
        message: format!("not authorized to perform: bedrock:{operation}"),
    };
    for operation in ["ListInferenceProfiles", "ListFoundationModels"] {
        let setup = Setup::new(Script {
            control_errors: vec![denied(operation)],
            ..Script::default()
        });
        let account = setup.open(&setup.settings("default", "")).await.unwrap();
        assert!(account.models().await.unwrap()[0].is_default, "{operation}");
    }
    let both = vec![
        denied("ListInferenceProfiles"),
        denied("ListFoundationModels"),
    ];
    let setup = Setup::new(Script {
        control_errors: both,
        ..Script::default()
    });
    let error = setup
        .open(&setup.settings("default", ""))
        .await
        .unwrap()
        .models()
        .await
        .unwrap_err();
    assert_eq!(error.code, "access_denied");
    assert!(
        error.message.contains("bedrock:ListInferenceProfiles"),
        "{error}"
    );
}

#[tokio::test]
async fn a_profile_that_is_not_there() {
    let setup = Setup::new(Script::default());
    let error = setup
        .failure("wrok", "[profile work]\nregion = us-east-1\n")
        .await;
    assert_eq!(error.code, "unknown_profile");
    assert!(
        error.message.contains("\"wrok\"") && error.message.contains("default, work"),
        "{error}"
    );
}

#[tokio::test]
async fn a_profile_without_a_region() {
    let setup = Setup::new(Script::default());
    let error = setup
        .failure(
            "x",
            "[profile x]\naws_access_key_id = a\naws_secret_access_key = b\n",
        )
        .await;
    assert_eq!(error.code, "no_region");
    assert!(error.message.contains("\"x\""), "{error}");
}

#[tokio::test]
async fn a_profile_without_credentials() {
    let setup = Setup::new(Script::default());
    let error = setup
        .failure(
            "x",
            "[profile x]\nregion = us-east-1\nservices = stand-in\n",
        )
        .await;
    assert_eq!(error.code, "no_credentials");
    assert!(
        error.message.contains("aws configure sso --profile x"),
        "{error}"
    );
    assert!(setup.stand_in.requests().is_empty());
}

#[tokio::test]
async fn a_sign_in_that_has_expired_names_the_command() {
    let setup = Setup::new(Script::default());
    let sections = "[profile big corp]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\n\
                    region = us-east-1\nservices = stand-in\n\
                    [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://buzz-csv-test.invalid/start\n\
                    [profile old]\nsso_start_url = https://buzz-csv-test.invalid/old\nsso_region = us-east-1\n\
                    sso_account_id = 123456789012\nsso_role_name = r\nregion = us-east-1\nservices = stand-in\n\
                    [profile via]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = old\n\
                    region = us-east-1\nservices = stand-in\n";
    for (profile, command) in [
        ("old", "`aws sso login --profile old`"),
        ("via", "`aws sso login --profile old`"),
    ] {
        let error = setup.failure(profile, sections).await;
        assert_eq!(error.code, "sso_expired", "{error}");
        assert!(error.message.contains(command), "{error}");
    }
    assert!(setup.stand_in.requests().is_empty());
}

#[tokio::test]
async fn a_token_that_aws_calls_expired_names_the_command_too() {
    let world = World::new([Turn::error(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )]);
    // A profile that signs in through SSO, but whose credentials the process got from a program, as some tools arrange it.
    let keys = format!(
        "[profile tool]\nregion = us-east-1\nservices = stand-in\ncredential_process = echo \
         '{{\"Version\":1,\"AccessKeyId\":\"{}\",\"SecretAccessKey\":\"{}\"}}'\n",
        buzz_testkit::bedrock::ACCESS_KEY,
        buzz_testkit::bedrock::SECRET_KEY
    );
    let config = world.settings.files.config.clone().unwrap();
    std::fs::write(&config, format!("{}\n{keys}", world.stand_in.config_text())).unwrap();
    let world = World {
        settings: Settings {
            profile: Some("tool".to_owned()),
            ..world.settings
        },
        ..world
    };
    let asked = world.ask("?").await;
    assert_eq!(asked.code(), "credentials_expired");
    assert!(
        asked.message().contains("credential_process"),
        "{}",
        asked.message()
    );
    assert!(
        world.stand_in.conversations()[0].verified,
        "the program's keys were used"
    );
}

#[tokio::test]
async fn a_role_is_taken_on_and_that_stands_in_the_ledger() {
    let setup = Setup::new(Script::default());
    let sections = "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Analyst\nsource_profile = default\n\
                    region = us-east-1\nservices = stand-in\n";
    let account = setup.open(&setup.settings("role", sections)).await.unwrap();
    account.identity().await.unwrap();
    let operations: Vec<(String, bool)> = setup
        .stand_in
        .requests()
        .into_iter()
        .map(|request| (request.operation, request.verified))
        .collect();
    assert_eq!(
        operations,
        [
            ("AssumeRole".to_owned(), true),
            ("GetCallerIdentity".to_owned(), true)
        ]
    );
    let ledger = setup.scratch.library().ledger(10).unwrap();
    assert_eq!(ledger[1].entry.operation, "AssumeRole");
    assert!(
        ledger[1].entry.payload.contains("role%2FAnalyst"),
        "{}",
        ledger[1].entry.payload
    );
}

#[tokio::test]
async fn a_role_that_may_not_be_taken_on() {
    let setup = Setup::new(Script {
        control_errors: vec![ControlError {
            operation: "AssumeRole".to_owned(),
            status: 403,
            kind: "AccessDenied".to_owned(),
            message: "not authorized to perform: sts:AssumeRole".to_owned(),
        }],
        ..Script::default()
    });
    let sections = "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Analyst\nsource_profile = default\n\
                    region = us-east-1\nservices = stand-in\n";
    let error = setup.failure("role", sections).await;
    assert_eq!(error.code, "access_denied", "{error}");
}

#[tokio::test]
async fn wrong_keys_are_told_from_wrong_permissions() {
    let setup = Setup::new(Script::default());
    let keys = |key: &str, secret: &str| {
        format!(
            "[profile x]\nregion = us-east-1\nservices = stand-in\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
        )
    };
    for sections in [
        keys("AKIDUNKNOWN", "secret"),
        keys(buzz_testkit::bedrock::ACCESS_KEY, "not the secret"),
    ] {
        let error = setup.failure("x", &sections).await;
        assert_eq!(error.code, "wrong_credentials", "{error}");
        assert!(
            error.message.contains("aws configure --profile x"),
            "{error}"
        );
    }
    assert!(
        setup
            .stand_in
            .requests()
            .iter()
            .all(|request| !request.verified)
    );
}

#[tokio::test]
async fn a_program_that_does_not_end_is_given_up() {
    let setup = Setup::new(Script::default());
    let sections =
        "[profile slow]\nregion = us-east-1\nservices = stand-in\ncredential_process = sleep 60\n";
    let settings = Settings {
        timeouts: Timeouts {
            credentials: std::time::Duration::from_millis(300),
            ..Timeouts::default()
        },
        ..setup.settings("slow", sections)
    };
    let error = setup
        .open(&settings)
        .await
        .unwrap()
        .identity()
        .await
        .unwrap_err();
    assert_eq!(error.code, "credentials_timed_out", "{error}");
    assert!(error.message.contains("credential_process"), "{error}");
}

#[tokio::test]
async fn nothing_is_sent_that_could_not_be_recorded() {
    let world = World::new([Turn::text("never")]);
    let model = Bedrock::connect(&world.settings, world.library())
        .await
        .unwrap();
    let damage = rusqlite::Connection::open(world.library().root().join("library.db")).unwrap();
    damage.execute_batch("drop table ledger").unwrap();
    let request = buzz_chat::Request {
        messages: vec![buzz_chat::Message::user("?")],
        max_tokens: 10,
        ..buzz_chat::Request::default()
    };
    let error = model.stream(&request).await.map(|_| ()).unwrap_err();
    assert_eq!(error.code, "not_recorded", "{error}");
    assert!(world.stand_in.requests().is_empty());
}

#[tokio::test]
async fn the_ledger_holds_every_request_word_for_word() {
    let world = World::new([
        Turn::sql("select count(*) from \"shop orders\""),
        Turn::text("{{cell}} orders."),
    ]);
    let asked = world.ask("Wie viele Bestellungen? 🙂").await;
    let ledger = world.ledger();
    let sent = world.stand_in.conversations();
    assert_eq!((ledger.len(), sent.len()), (2, 2));
    for (line, sent) in ledger.iter().zip(&sent) {
        assert_eq!(line.entry.payload.as_bytes(), sent.body, "byte for byte");
        assert_eq!(
            (line.entry.service.as_str(), line.entry.operation.as_str()),
            ("bedrock-runtime", "ConverseStream")
        );
        assert_eq!(line.entry.endpoint, world.stand_in.url());
        assert_eq!(
            line.entry.conversation_id.as_deref(),
            Some(asked.answer().conversation_id.as_str())
        );
        assert_eq!(line.entry.profile.as_deref(), Some("default"));
        assert_eq!(line.entry.region.as_deref(), Some("us-east-1"));
        assert_eq!(line.entry.model.as_deref(), Some(crate::world::MODEL));
        let outcome = line.outcome.as_ref().unwrap();
        assert_eq!((outcome.status.as_str(), &outcome.error), ("ok", &None));
        assert!(
            outcome.input_tokens > Some(0)
                && outcome.output_tokens > Some(0)
                && outcome.latency_ms.is_some()
        );
    }
    let total: u64 = ledger
        .iter()
        .filter_map(|line| line.outcome.as_ref()?.input_tokens)
        .sum();
    assert_eq!(total, asked.answer().usage.input_tokens);
    let _: &Arc<buzz_library::Library> = world.library();
}
