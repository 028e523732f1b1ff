//! The types that go between the core and the window, as JSON.
//!
//! They are separate from the core's own types, so that either side may change without the other. Their TypeScript
//! form lies in `ui/src/lib/api/generated/index.ts` and is committed; the test below refuses it when it is stale
//! and writes it when the environment variable `BUZZ_WRITE_WIRE` is set. Numbers are JavaScript numbers: counts
//! and bytes stay far below 2⁵³.

mod app;
mod aws;
mod chat;
mod datasets;
mod export;
mod import;
mod library;
mod settings;
mod table;

pub use app::*;
pub use aws::*;
pub use chat::*;
pub use datasets::*;
pub use export::*;
pub use import::*;
pub use library::*;
pub use settings::*;
pub use table::*;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ts_rs::TS;

    use super::*;

    /// The whole generated file.
    fn typescript() -> String {
        let config = ts_rs::Config::new().with_large_int("number");
        let mut text = String::from(
            "// Generated from src-tauri/src/wire; do not edit. To write it anew:\n\
             // BUZZ_WRITE_WIRE=1 cargo test -p buzz-csv --lib wire\n",
        );
        macro_rules! declare {
            ($($name:ty),+ $(,)?) => {$(
                text.push('\n');
                text.push_str(&<$name>::docs().unwrap_or_default());
                text.push_str("export ");
                text.push_str(&<$name>::decl(&config));
                text.push('\n');
            )+};
        }
        declare!(
            Failure,
            AppInfo,
            DatasetSummary,
            ColumnInfo,
            DatasetDetail,
            TableId,
            Visibility,
            FoundTable,
            FoundFile,
            DroppedFiles,
            LeftOut,
            Combination,
            Candidate,
            Fit,
            DifferingColumn,
            Reading,
            LineRange,
            DateOrder,
            ColumnChange,
            StrayText,
            SendMode,
            ColumnNotes,
            KeptMatch,
            DatasetNotes,
            DatasetDraft,
            DraftedColumn,
            Phase,
            JobEvent,
            ResultColumn,
            QueryResult,
            RowsOf,
            Arrangement,
            SortKey,
            Filter,
            Condition,
            ColumnValues,
            ColumnValue,
            CellsSummary,
            CellRange,
            CellSearch,
            CellPlace,
            StrayCell,
            ExportSource,
            ExportFormat,
            ExportStyle,
            Audited,
            PictureKind,
            FileKind,
            ExportEvent,
            ChatStep,
            Ended,
            ChatChart,
            ChatMatch,
            AskedMatch,
            ChatReading,
            ChatFact,
            ChatClarification,
            ChatCell,
            FigureSource,
            ChatFigure,
            ChatExtras,
            ChatAnswer,
            ChatUsage,
            ChatEvent,
            ConversationSummary,
            FoundConversation,
            Role,
            ChatMessage,
            DirectReply,
            ConversationDetail,
            SuggestedKind,
            SuggestedChart,
            SuggestedQuestion,
            VerifiedQuestion,
            Confirm,
            Privacy,
            Theme,
            Appearance,
            Resources,
            Settings,
            Updates,
            NewVersion,
            ProfileKind,
            ProfileInfo,
            ModelInfo,
            AwsStatus,
            LedgerRecord,
            CopyEvent,
        );
        text
    }

    #[test]
    fn the_committed_types_of_the_window_are_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/api/generated/index.ts");
        let current = typescript();
        if std::env::var_os("BUZZ_WRITE_WIRE").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            committed == current,
            "{} is stale: run `BUZZ_WRITE_WIRE=1 cargo test -p buzz-csv --lib wire` and commit it",
            path.display()
        );
    }
}
