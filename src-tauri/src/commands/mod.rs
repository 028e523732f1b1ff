//! The commands that the window may call, one file for each domain: parse, call the core, map the error.
//!
//! Their names and arguments are a contract with `ui/src/lib/api`; arguments keep their snake case on the way. Every
//! one of them is asynchronous and none holds up the window. Those that the window may call are listed in
//! `src-tauri/permissions/commands.toml`, too.

pub mod app;
pub mod aws;
pub mod chat;
pub mod datasets;
pub mod export;
pub mod import;
pub mod ledger;
pub mod library;
pub mod query;
pub mod settings;
pub mod table;
pub mod updates;
pub mod verified;

use std::sync::Arc;

use crate::shell::Shell;

/// The shared state as commands get it.
pub type Shared<'a> = tauri::State<'a, Arc<Shell>>;

/// Rows of one page at most: pages keep what goes to the window small.
const PAGE_ROWS: u64 = 10_000;

/// Every command, for the builder and for the test that compares them with the permissions.
macro_rules! commands {
    ($($domain:ident::$command:ident),+ $(,)?) => {
        /// Answers the window's calls.
        pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($domain::$command),+]
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($command)),+];
    };
}

commands![
    app::app_crash_report,
    app::app_info,
    app::app_opened,
    app::app_restart,
    aws::aws_profiles,
    aws::aws_test,
    chat::chat_ask,
    chat::chat_confirm,
    chat::chat_rerun,
    chat::chat_run,
    chat::chat_stop,
    chat::conversation_export,
    chat::conversation_remove,
    chat::conversation_rename,
    chat::conversation_show,
    chat::conversations_list,
    chat::conversations_search,
    datasets::dataset_bring_back,
    datasets::dataset_draft,
    datasets::dataset_draft_request,
    datasets::dataset_page,
    datasets::dataset_remove,
    datasets::dataset_rename,
    datasets::dataset_set_column,
    datasets::dataset_set_context,
    datasets::dataset_set_fact,
    datasets::dataset_set_match,
    datasets::dataset_set_send,
    datasets::dataset_show,
    datasets::dataset_stray_texts,
    datasets::dataset_strays,
    datasets::dataset_suggestions,
    datasets::dataset_tag,
    datasets::datasets_changed,
    datasets::datasets_list,
    datasets::datasets_with_column,
    export::export_cancel,
    export::export_pick,
    export::export_start,
    export::picture_save,
    import::import_again,
    import::import_cancel,
    import::import_change,
    import::import_combinable,
    import::import_combine,
    import::import_files,
    import::import_look,
    import::import_pick,
    import::import_refresh,
    import::import_sample,
    import::import_split,
    import::import_start,
    ledger::ledger_clear,
    ledger::ledger_export,
    ledger::ledger_list,
    library::library_back_up,
    library::library_copy_cancel,
    library::library_move,
    library::library_pick,
    query::query_cancel,
    query::query_run,
    query::result_page,
    query::result_release,
    settings::appearance_get,
    settings::appearance_set,
    settings::resources_get,
    settings::resources_set,
    settings::privacy_get,
    settings::privacy_set,
    settings::settings_get,
    settings::settings_set,
    table::table_arrange,
    table::table_find,
    table::table_strays,
    table::table_summary,
    table::table_values,
    updates::updates_get,
    updates::updates_look,
    updates::updates_look_daily,
    updates::updates_set,
    verified::verified_add,
    verified::verified_list,
    verified::verified_remove,
];

#[cfg(test)]
mod tests {
    use super::NAMES;

    #[test]
    fn the_window_may_call_every_command_and_no_other() {
        let permissions = include_str!("../../permissions/commands.toml");
        let allowed: Vec<&str> = permissions
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .collect();
        assert_eq!(allowed, NAMES);
    }
}
