//! A library with a dataset, an engine over it, and a stand-in that a profile leads to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use buzz_chat::bedrock::{Bedrock, ConfigFiles, Settings, Timeouts};
use buzz_chat::{
    Answer, Ask, AssistantRecord, Cancel, ChatEvent, DatasetContext, Error, Limits, Preferences,
    Vocabulary,
};
use buzz_library::{Dataset, LedgerRecord, Library, RememberedMatch};
use buzz_query::{Engine, EngineOptions, Table};
use buzz_testkit::Scratch;
use buzz_testkit::bedrock::{Script, StandIn, Turn};

/// The model that tests name, so that nothing has to be listed first.
pub const MODEL: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

pub struct World {
    pub scratch: Scratch,
    pub stand_in: StandIn,
    pub settings: Settings,
    pub datasets: Vec<Dataset>,
    pub engine: Arc<Engine>,
    pub limits: Limits,
    pub preferences: Preferences,
    pub vocabulary: Arc<Vocabulary>,
    pub matches: Vec<(String, RememberedMatch)>,
    pub cancel: Cancel,
}

impl World {
    /// A world whose one dataset is `shop orders`: 5 rows.
    pub fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self::playing(Script::turns(turns))
    }

    pub fn playing(script: Script) -> Self {
        Self::with_file(
            "shop orders.csv",
            "id,customer,amount,booked\n1,Müller,10.50,2026-01-05\n2,東京,20.25,2026-02-06\n3,Acme,0.25,2026-02-07\n\
             4,Acme,1000000.00,2026-03-08\n5,,3.00,2026-03-09\n",
            script,
        )
    }

    pub fn with_file(name: &str, text: &str, script: Script) -> Self {
        let scratch = Scratch::new();
        let file = scratch.path(name);
        std::fs::write(&file, text).unwrap();
        let library = scratch.library();
        let dataset = library
            .import(
                &file,
                None,
                &buzz_ingest::Options::default(),
                &buzz_ingest::Silent,
                &Cancel::new(),
            )
            .unwrap();
        let engine = engine(library, std::slice::from_ref(&dataset), &scratch);
        let stand_in = StandIn::start(script);
        let (config, credentials) = stand_in.config_files(scratch.folder());
        let settings = Settings {
            profile: Some("default".to_owned()),
            model: Some(MODEL.to_owned()),
            files: ConfigFiles {
                config: Some(config),
                credentials: Some(credentials),
            },
            timeouts: Timeouts {
                connect: Duration::from_secs(2),
                ..Timeouts::default()
            },
            ..Settings::default()
        };
        let limits = Limits {
            backoff: Duration::from_millis(1),
            ..Limits::default()
        };
        Self {
            scratch,
            stand_in,
            settings,
            datasets: vec![dataset],
            engine,
            limits,
            preferences: Preferences::default(),
            vocabulary: Arc::new(Vocabulary::new(Vocabulary::USUAL_MEMORY)),
            matches: Vec::new(),
            cancel: Cancel::new(),
        }
    }

    /// Adds a further dataset to the scope.
    pub fn add_file(&mut self, name: &str, text: &str) {
        let file = self.scratch.path(name);
        std::fs::write(&file, text).unwrap();
        let dataset = self
            .library()
            .import(
                &file,
                None,
                &buzz_ingest::Options::default(),
                &buzz_ingest::Silent,
                &Cancel::new(),
            )
            .unwrap();
        self.datasets.push(dataset);
        self.engine = engine(self.library(), &self.datasets, &self.scratch);
    }

    /// The datasets as they are now.
    pub fn contexts(&self) -> Vec<DatasetContext> {
        self.datasets
            .iter()
            .map(|dataset| {
                let dataset = self.library().dataset(&dataset.id).unwrap();
                DatasetContext::load(self.library(), &dataset).unwrap()
            })
            .collect()
    }

    /// Everything that left for the model, as one text.
    pub fn sent(&self) -> String {
        let bodies = self.stand_in.conversations();
        bodies
            .iter()
            .map(|request| String::from_utf8_lossy(&request.body).into_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// What the model was told last: the text of the first tool result of the newest request.
    pub fn told(&self) -> String {
        let sent = self.stand_in.conversations().pop().unwrap().json();
        let last = sent["messages"].as_array().unwrap().last().unwrap().clone();
        last["content"][0]["toolResult"]["content"][0]["text"]
            .as_str()
            .unwrap_or_else(|| panic!("no tool result: {last}"))
            .to_owned()
    }

    pub fn library(&self) -> &Arc<Library> {
        self.scratch.library()
    }

    pub async fn ask(&self, question: &str) -> Asked {
        self.ask_in(None, question).await
    }

    pub async fn ask_in(&self, conversation_id: Option<&str>, question: &str) -> Asked {
        self.ask_watched(conversation_id, question, &|_| {}).await
    }

    /// Asks, and shows every event to a watcher.
    pub async fn ask_watched(
        &self,
        conversation_id: Option<&str>,
        question: &str,
        watcher: &(dyn Fn(&ChatEvent) + Send + Sync),
    ) -> Asked {
        let model = Bedrock::connect(&self.settings, self.library())
            .await
            .unwrap();
        let contexts = self.contexts();
        let ask = Ask {
            conversation_id: conversation_id.map(str::to_owned),
            matches: self.matches.clone(),
            limits: self.limits.clone(),
            ..Ask::new(
                question,
                contexts,
                &self.preferences,
                &self.vocabulary,
                jiff::civil::date(2026, 3, 14).at(15, 9, 26, 0),
                self.scratch.folder().to_owned(),
            )
        };
        let events = Mutex::new(Vec::new());
        let keep = |event: ChatEvent| {
            watcher(&event);
            events.lock().unwrap().push(event);
        };
        let outcome = buzz_chat::ask(
            self.library(),
            &self.engine,
            &model,
            &ask,
            &keep,
            &self.cancel,
        )
        .await;
        Asked {
            outcome,
            events: events.into_inner().unwrap(),
        }
    }

    /// The ledger, oldest first.
    pub fn ledger(&self) -> Vec<LedgerRecord> {
        let mut ledger = self.library().ledger(1_000).unwrap();
        ledger.reverse();
        ledger
    }

    /// The newest answer that is kept in the newest conversation.
    pub fn kept(&self) -> AssistantRecord {
        let id = self.library().conversations().unwrap()[0].id.clone();
        let (_, messages) = self.library().conversation(&id).unwrap();
        let last = messages.last().unwrap();
        assert_eq!(last.role, "assistant");
        serde_json::from_value(last.content.clone()).unwrap()
    }
}

pub fn engine(library: &Library, datasets: &[Dataset], scratch: &Scratch) -> Arc<Engine> {
    let tables: Vec<Table> = datasets
        .iter()
        .map(|dataset| Table {
            name: dataset.name.clone(),
            data: dataset.data_path(library),
            strays: dataset.strays_path(library),
        })
        .collect();
    let options = EngineOptions {
        memory: 256_000_000,
        threads: 2,
        temp_root: scratch.folder().to_owned(),
        temp_limit: 1_000_000_000,
        now: jiff::civil::date(2026, 3, 14).at(0, 0, 0, 0),
    };
    Arc::new(Engine::open(&tables, &options).unwrap())
}

pub struct Asked {
    pub outcome: Result<Answer, Error>,
    pub events: Vec<ChatEvent>,
}

impl Asked {
    #[track_caller]
    pub fn answer(&self) -> &Answer {
        match &self.outcome {
            Ok(answer) => answer,
            Err(error) => panic!("no answer: {error}"),
        }
    }

    #[track_caller]
    pub fn code(&self) -> &str {
        match &self.outcome {
            Ok(answer) => panic!("an answer: {}", answer.text),
            Err(error) => error.code(),
        }
    }

    pub fn message(&self) -> String {
        self.outcome
            .as_ref()
            .map_or_else(ToString::to_string, |answer| answer.text.clone())
    }

    /// The text as it streamed.
    pub fn streamed(&self) -> String {
        self.events
            .iter()
            .filter_map(|event| match event {
                ChatEvent::Text { delta } => Some(delta.as_str()),
                _ => None,
            })
            .collect()
    }

    pub fn notices(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                ChatEvent::Notice { message } => Some(message.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The names of the events, pieces of text taken together.
    pub fn shape(&self) -> Vec<String> {
        let mut shape: Vec<String> = self
            .events
            .iter()
            .map(|event| {
                serde_json::to_value(event).unwrap()["type"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        shape.dedup_by(|a, b| a == "text" && b == "text");
        shape
    }
}
